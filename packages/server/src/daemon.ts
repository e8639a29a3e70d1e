import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, createSystemClock, timestamp } from './clock.ts';
import { LiveConfig } from './config/live-config.ts';
import { type Core, createCore } from './core.ts';
import { removeDaemonFile, writeDaemonFile } from './directory/daemon-file.ts';
import { lockDirectories } from './directory/lock.ts';
import { prepareDirectory } from './directory/safe-directory.ts';
import { Endpoints } from './endpoints.ts';
import { cursorExpired, shuttingDown } from './errors.ts';
import type { Sink } from './feed/cursor.ts';
import { watchRetention } from './journal/retention.ts';
import { openSqliteJournal } from './journal/sqlite-journal.ts';
import { atLevel, type Log } from './log.ts';
import { type DaemonPaths, journalPath } from './paths.ts';
import { watchAbandonment } from './sessions/abandonment.ts';
import { watchIdle, watchProgress } from './timers.ts';

export interface DaemonOptions {
  paths: DaemonPaths;
  /** Shown in `daemon.status` and `hello`. */
  version: string;
  /** Where the daemon tells its story; nowhere by default. */
  log?: Log;
  /** Ends the daemon when no client was connected for so long. Never by default. */
  idleExitMs?: number;
  clock?: Clock;
}

export interface Daemon {
  readonly paths: DaemonPaths;
  /** Resolves when the daemon has ended, whoever ended it. */
  readonly closed: Promise<void>;
  /**
   * Ends the daemon: takes no new work, finishes what is in flight, and gives each client 2 s to take its last lines.
   * With `now` the connections are cut. What was acknowledged is on disk either way.
   */
  close(options?: { now?: boolean }): Promise<void>;
}

/**
 * Starts a daemon on its directories and resolves when both sockets take clients.
 * @throws LocalError which says what is in the way; nothing is left behind then.
 */
export async function createDaemon(options: DaemonOptions): Promise<Daemon> {
  const { paths, clock = createSystemClock() } = options;
  const dirs = [paths.stateDir, dirname(paths.runtimeSocket), dirname(paths.controlSocket)];
  for (const dir of dirs) prepareDirectory(dir);
  const lock = lockDirectories(dirs);
  try {
    return await start({ ...options, clock }, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

type StartOptions = DaemonOptions & { clock: Clock };

async function start(options: StartOptions, unlock: () => void): Promise<Daemon> {
  const { paths, clock, version, idleExitMs } = options;
  const config = new LiveConfig(paths.configFile, clock);
  const log = atLevel(options.log ?? (() => {}), () => config.settings.log.level);
  const journal = openSqliteJournal(journalPath(paths), config.settings.journal.durability);
  const limits = () => config.settings.limits;
  const { promise: closed, resolve: hasClosed } = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;

  const core = createCore({
    journal,
    config,
    clock,
    log,
    version,
    dir: paths.stateDir,
    sinkOf: (clientId) => sinkOf(endpoints, clientId),
    // In a later turn, so that the reply to daemon.stop is on its way.
    stop: () => setImmediate(() => close()),
  });
  const { dispatch, clients, feed, clientLeft } = core;
  const endpoints = new Endpoints({ paths, clock, limits, dispatch, clients, feed, log, onLeave: clientLeft });
  await endpoints.open().catch((error: unknown) => {
    journal.close();
    throw error;
  });
  const stopTimers = [
    watchRetention({ journal, clock, keep: () => config.settings.journal, endTurn: () => core.turn.commit() }),
    watchAbandonment({ clock, afterMs: () => config.settings.sessions.abandon_after_ms, ...core.abandonment }),
    watchProgress(() => feed.progress(timestamp(clock.now()))),
    watchIdle(idleExitMs, { idleMs: () => endpoints.idleMs, onIdle: () => close() }),
  ];
  const { runtimeSocket: runtime_socket, controlSocket: control_socket, stateDir: dir } = paths;
  const started_at = timestamp(clock.now());
  writeDaemonFile(dir, { pid: process.pid, version, started_at, dir, runtime_socket, control_socket });
  log('info', 'ready', { runtime_socket, control_socket, head_seq: journal.headSeq });

  function close({ now = false }: { now?: boolean } = {}): Promise<void> {
    if (now) endpoints.destroyAll();
    stopping ??= stop();
    return closed;
  }

  async function stop(): Promise<void> {
    log('info', 'stopping');
    for (const stopTimer of stopTimers) stopTimer();
    await drain(core, endpoints);
    core.turn.commit();
    core.stopTimers();
    journal.close();
    removeDaemonFile(dir);
    unlock();
    log('info', 'stopped');
    hasClosed();
  }

  return { paths, closed, close };
}

async function drain({ turn, waits, lifecycle }: Core, endpoints: Endpoints): Promise<void> {
  announceStop(turn);
  lifecycle.beginStop();
  await endpoints.closeDoors();
  waits.endAll(shuttingDown());
  // Subscribers near the head get the last events before the goodbye.
  await nextTurn();
  await endpoints.dismiss((connection) => connection.fail(shuttingDown()));
}

// A journal that cannot be written must not keep the daemon from ending.
function announceStop(turn: Core['turn']): void {
  try {
    turn.append({ type: 'daemon.changed', payload: () => ({ change: 'stopping', state: 'stopping' }) });
  } catch {
    return;
  }
  turn.commit();
}

function sinkOf(endpoints: Endpoints, clientId: string): Sink | undefined {
  const connection = endpoints.find(clientId);
  if (connection === undefined) return undefined;
  return {
    get isFull() {
      return connection.outbox.isFull;
    },
    write: (bytes) => connection.outbox.addBytes(bytes),
    fail: (_code, oldestSeq, headSeq) => connection.fail(cursorExpired(oldestSeq, headSeq)),
  };
}
