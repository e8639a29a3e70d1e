import { Command } from 'commander';
import { type Cli, withExamplesOfCommands } from './cli.ts';
import { addAskCommands } from './syntax/asks.ts';
import { addControlCommand } from './syntax/control.ts';
import { addDaemonCommands } from './syntax/daemon.ts';
import { addIpcCommands } from './syntax/ipc.ts';
import { addSchemaCommands } from './syntax/schema.ts';
import { addSessionCommands } from './syntax/sessions.ts';
import { cliVersion } from './version.ts';

/** The whole command line. Only its words are here: a command's code is loaded when it runs. */
export function buildProgram(cli: Cli): Command {
  const program = new Command('proj')
    .description('Ask a person from any program; see, answer and steer from a terminal.')
    .version(cliVersion())
    .option('--dir <dir>', 'directory of the daemon (default: PROJ_DIR, else the XDG directories)')
    .option('--json', 'print one JSON value, or one a line')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  addAskCommands(program, cli);
  addControlCommand(program, cli);
  addSessionCommands(program, cli);
  addDaemonCommands(program, cli);
  addIpcCommands(program, cli);
  addSchemaCommands(program, cli);
  return withExamplesOfCommands(program);
}
