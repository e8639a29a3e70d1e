import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateDaemon } from '@proj/client';
import type { Daemon, DaemonPaths, LocalError, LogLevel } from '@proj/server';
import { parseDuration } from '../../duration.ts';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { noteDaemon } from '../../known-daemons.ts';
import { jsonLine } from '../../print/json.ts';
import { type Log, openLog } from '../../serve/open-log.ts';
import { cliVersion } from '../../version.ts';

const LAST_LINES_MS = 1_000;

export interface ServeOptions {
  dir?: string;
  /** End after so long without a client and without work; a bare number is seconds. */
  idleExit?: string;
  config?: string;
  /** Nothing below it is logged, whatever the configuration says. */
  logLevel?: LogLevel;
  /** The group of the programs, which run under other users. */
  twoUid?: string;
  json?: boolean;
}

/** `proj ipc serve-sockets`: the daemon in the foreground, until it is told to stop. */
export async function serveSockets(options: ServeOptions, io: Io): Promise<number> {
  refuseMissing(options.config);
  const log = openLog(io, options.logLevel);
  const daemon = await start(options, log);
  const forget = noteDaemon({ dir: daemon.paths.stateDir, controlSocket: daemon.paths.controlSocket }, io.env);
  closeOnSignals(daemon, log);
  printReady(daemon, options, io);
  await daemon.closed;
  forget();
  endWithoutReader();
  return exitCodes.done;
}

// The default file may be missing; one that was named is a mistake then.
function refuseMissing(config: string | undefined): void {
  if (config === undefined || existsSync(config)) return;
  throw new Failure(`no file ${config} for --config`, { exitCode: exitCodes.usage });
}

// What waits for a reader keeps the process alive, and nobody may ever read the log: the last lines get a moment.
function endWithoutReader(): void {
  setTimeout(() => process.exit(exitCodes.done), LAST_LINES_MS).unref();
}

async function start({ dir, config, idleExit, twoUid }: ServeOptions, log: Log): Promise<Daemon> {
  const extras = {
    ...(idleExit !== undefined && { idleExitMs: parseDuration(idleExit) }),
    ...(twoUid !== undefined && { agentsGroup: twoUid }),
  };
  // Loaded only now that there is a log: Node 22 warns about its SQLite as soon as it is loaded.
  const { createDaemon, LocalError } = await import('@proj/server');
  try {
    return await createDaemon({ paths: pathsOf(dir, config), version: cliVersion(), log, ...extras });
  } catch (error) {
    throw error instanceof LocalError ? asFailure(error) : error;
  }
}

// Not where an earlier daemon had its sockets, but where this one is to have them.
function pathsOf(dir: string | undefined, config: string | undefined): DaemonPaths {
  const { stateDir, socketDir, configPath } = locateDaemon(dir === undefined ? {} : { dir });
  return {
    stateDir,
    runtimeSocket: join(socketDir, 'runtime.sock'),
    controlSocket: join(socketDir, 'control.sock'),
    configFile: config === undefined ? configPath : resolve(config),
  };
}

function asFailure({ code, message }: LocalError): Failure {
  switch (code) {
    case 'config_invalid':
    case 'path_too_long':
      return new Failure(message, { exitCode: exitCodes.usage });
    case 'directory_in_use':
    case 'directory_unsafe':
    case 'socket_in_use':
      return new Failure(message, { exitCode: exitCodes.directoryRefused });
    case 'journal_unusable':
      return new Failure(message, { exitCode: exitCodes.internal });
  }
}

// The first signal drains, the second cuts the clients off, a third waits for nothing at all.
function closeOnSignals(daemon: Daemon, log: Log): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 2) process.exit(exitCodes.internal);
      log('info', 'told to stop', { signal });
      void daemon.close({ now: signals > 1 });
    });
  }
}

function printReady({ paths }: Daemon, { json, dir }: ServeOptions, io: Io): void {
  const { runtimeSocket, controlSocket } = paths;
  if (json === true) {
    const sockets = { runtime_socket: runtimeSocket, control_socket: controlSocket };
    return io.out.line(jsonLine({ ready: true, pid: process.pid, ...sockets, dir: paths.stateDir }));
  }
  io.out.line(`proj is ready: runtime ${runtimeSocket}, control ${controlSocket}`);
  // Named by npm: in a checkout, and where npx found it, `proj` alone is no command.
  const script = io.env['npm_lifecycle_event'];
  if (!io.out.isTerminal && script !== 'start') return;
  const proj = script === 'start' || script === 'npx' ? 'npx proj' : 'proj';
  io.out.line(`in another terminal: ${proj} status${dir === undefined ? '' : ` --dir ${dir}`}; Ctrl-C ends it`);
}
