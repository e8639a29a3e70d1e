import { CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';
import { processIo } from './io.ts';
import { buildProgram } from './program.ts';
import { safeLine } from './safe-text.ts';

/** Runs a command line. The exit code is set; the process ends when what it started has ended. */
export async function main(argv: readonly string[]): Promise<void> {
  const cli: Cli = { io: processIo(), exitCode: exitCodes.done };
  // Node ends with 1 on an error nobody caught, which would read as "no".
  process.on('uncaughtException', (error) => {
    cli.io.err.line(`proj: this is a fault of proj: ${safeLine(error.message)}`);
    process.exit(exitCodes.internal);
  });
  try {
    await buildProgram(cli).parseAsync([...argv]);
    process.exitCode = cli.exitCode;
  } catch (error) {
    await fail(cli, error);
  }
}

async function fail({ io }: Cli, error: unknown): Promise<void> {
  process.exitCode = exitCodes.internal;
  // Commander has said what it had to say: help and the version are no failures.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return;
  }
  const { explainFailure } = await import('./explain-failure.ts');
  const { message, hint, exitCode } = explainFailure(error);
  process.exitCode = exitCode;
  io.err.line(`${io.err.paint('red', 'proj:')} ${message}`);
  if (hint !== undefined) io.err.line(`      ${hint}`);
}
