import type { Command } from 'commander';
import { type Cli, leaf } from '../cli.ts';
import type { ControlOptions } from '../commands/control/control.ts';

/** `control` */
export function addControlCommand(program: Command, cli: Cli): void {
  leaf(program, {
    usage: 'control',
    about: 'watch live and answer in place',
    examples: ['proj control', 'proj control --respond y', 'proj control --json | jq -c .type'],
    notes: [
      'Without --dir, --socket and PROJ_DIR it finds the daemons of this user, and asks which where there are several.',
      'It prompts on a terminal only; elsewhere it prints lines, with --json one JSON object a line.',
    ].join('\n'),
  })
    .option('--socket <path>', 'the control socket itself')
    .option('--respond <word>', 'answer every ask by y, n or a value; for tests')
    .option('--count <n>', 'with --respond: end after so many answers')
    .action(async (_options: unknown, self: Command) => {
      const { control } = await import('../commands/control/control.ts');
      cli.exitCode = await control(self.optsWithGlobals<ControlOptions>(), cli.io);
    });
}
