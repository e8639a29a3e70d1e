import type { Command } from 'commander';
import { type Cli, leaf } from '../cli.ts';
import type { SteerOptions } from '../commands/pause.ts';
import type { PlaceOptions } from '../place.ts';

/** `status`, `pause`, `resume`, `reload`, `stop` */
export function addDaemonCommands(program: Command, cli: Cli): void {
  leaf(program, {
    usage: 'status',
    about: 'say how the daemon is',
    examples: ['proj status', 'proj status --json | jq .pending_asks'],
  }).action(async (_options: unknown, self: Command) => {
    const { status } = await import('../commands/status.ts');
    cli.exitCode = await status(self.optsWithGlobals<PlaceOptions>(), cli.io);
  });

  leaf(program, {
    usage: 'pause',
    about: 'start nothing until resume; asks and traffic go on',
    examples: ['proj pause --reason "holiday"'],
  })
    .option('--reason <text>', 'why, for the journal')
    .action(async (_options: unknown, self: Command) => {
      const { pause } = await import('../commands/pause.ts');
      cli.exitCode = await pause(self.optsWithGlobals<SteerOptions>(), cli.io);
    });

  leaf(program, { usage: 'resume', about: 'end a pause', examples: ['proj resume'] })
    .option('--reason <text>', 'why, for the journal')
    .action(async (_options: unknown, self: Command) => {
      const { resume } = await import('../commands/resume.ts');
      cli.exitCode = await resume(self.optsWithGlobals<SteerOptions>(), cli.io);
    });

  leaf(program, {
    usage: 'reload',
    about: 'read the configuration file again; a bad one changes nothing',
    examples: ['proj reload'],
  }).action(async (_options: unknown, self: Command) => {
    const { reload } = await import('../commands/reload.ts');
    cli.exitCode = await reload(self.optsWithGlobals<PlaceOptions>(), cli.io);
  });

  leaf(program, {
    usage: 'stop',
    about: 'end the daemon and wait until it is gone; asks stay pending in its journal',
    examples: ['proj stop'],
  }).action(async (_options: unknown, self: Command) => {
    const { stop } = await import('../commands/stop.ts');
    cli.exitCode = await stop(self.optsWithGlobals<PlaceOptions>(), cli.io);
  });
}
