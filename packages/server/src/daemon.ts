import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, createSystemClock, timestamp } from './clock.ts';
import { LiveConfig } from './config/live-config.ts';
import { Core } from './core.ts';
import { removeDaemonFile, writeDaemonFile } from './directory/daemon-file.ts';
import { lockDirectories } from './directory/lock.ts';
import { prepareDirectory } from './directory/safe-directory.ts';
import { assuranceOfModes, groupId, shareDirectory } from './directory/shared-directory.ts';
import { Endpoints } from './endpoints.ts';
import { shuttingDown } from './errors.ts';
import type { Journal } from './journal/journal.ts';
import { watchRetention } from './journal/retention.ts';
import { openSqliteJournal } from './journal/sqlite-journal.ts';
import { atLevel, type Log } from './log.ts';
import { type DaemonPaths, journalPath } from './paths.ts';
import { watchAbandonment } from './sessions/abandonment.ts';
import { watchIdle, watchProgress } from './timers.ts';
import { refuseLongPath } from './transport/unix-socket.ts';

export interface DaemonOptions {
  paths: DaemonPaths;
  /** Shown in `daemon.status` and `hello`. */
  version: string;
  /** Where the daemon tells its story; nowhere by default. */
  log?: Log;
  /** Ends the daemon when no client was connected for so long. Never by default. */
  idleExitMs?: number;
  /**
   * The name or number of a group whose members may use runtime.sock and nothing else: its programs run under other
   * users than the daemon. Nobody but the daemon's own user by default.
   */
  agentsGroup?: string;
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
 * @throws LocalError which says what is in the way; the directories are free for another start then.
 */
export async function createDaemon(options: DaemonOptions): Promise<Daemon> {
  const { stateDir, runtimeSocket, controlSocket } = options.paths;
  for (const socket of [runtimeSocket, controlSocket]) refuseLongPath(socket);
  const dirs = [stateDir, dirname(runtimeSocket), dirname(controlSocket)];
  for (const dir of dirs) prepareDirectory(dir);
  const undo = [lockDirectories(dirs)];
  try {
    const { clock = createSystemClock(), agentsGroup } = options;
    const agentsGid = agentsGroup === undefined ? undefined : groupId(agentsGroup);
    if (agentsGid !== undefined) shareDirectory(dirname(runtimeSocket), agentsGid);
    const config = new LiveConfig(options.paths.configFile, clock);
    const journal = openSqliteJournal(journalPath(options.paths), config.settings.journal.durability);
    undo.unshift(() => journal.close());
    const daemon = new RunningDaemon({ ...options, clock, config, journal, agentsGid, onClosed: () => runAll(undo) });
    await daemon.open();
    return daemon;
  } catch (error) {
    runAll(undo);
    throw error;
  }
}

function runAll(steps: readonly (() => void)[]): void {
  for (const step of steps) step();
}

interface RunningOptions extends DaemonOptions {
  clock: Clock;
  config: LiveConfig;
  journal: Journal;
  agentsGid: number | undefined;
  /** Closes the journal and frees the lock, in this order. */
  onClosed: () => void;
}

class RunningDaemon implements Daemon {
  readonly paths: DaemonPaths;
  readonly closed: Promise<void>;
  #options: RunningOptions;
  #log: Log;
  #core: Core;
  #endpoints: Endpoints;
  #stopTimers: (() => void)[] = [];
  #isStopping = false;
  #hasClosed: () => void;
  #hasFailed: (error: unknown) => void;

  constructor(options: RunningOptions) {
    const { paths, clock, config, agentsGid } = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const log = atLevel(options.log ?? (() => {}), () => config.settings.log.level);
    const core = new Core({
      ...options,
      log,
      dir: paths.stateDir,
      assurance: () => assuranceOfModes(paths, agentsGid),
      sinkOf: (clientId) => this.#endpoints.sinkOf(clientId),
      // In a later turn, so that the reply to daemon.stop is on its way.
      stop: () => setImmediate(() => void this.close()),
    });
    this.paths = paths;
    this.closed = promise;
    this.#hasClosed = resolve;
    this.#hasFailed = reject;
    this.#options = options;
    this.#log = log;
    this.#core = core;
    this.#endpoints = new Endpoints({ paths, agentsGid, clock, limits: () => config.settings.limits, core, log });
  }

  /** Opens the doors, the last thing that can fail, and says so. */
  async open(): Promise<void> {
    await this.#endpoints.open().catch((error: unknown) => {
      this.#core.end();
      throw error;
    });
    this.#startTimers();
    this.#announce();
  }

  close({ now = false }: { now?: boolean } = {}): Promise<void> {
    if (now) this.#endpoints.destroyAll();
    if (!this.#isStopping) this.#stop().then(this.#hasClosed, this.#hasFailed);
    return this.closed;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    this.#log('info', 'stopping');
    for (const stop of this.#stopTimers) stop();
    try {
      await this.#drain();
      removeDaemonFile(this.paths.stateDir);
    } finally {
      this.#options.onClosed();
      this.#log('info', 'stopped');
    }
  }

  async #drain(): Promise<void> {
    this.#core.beginStop();
    await this.#endpoints.closeDoors();
    // Subscribers near the head get the last events before the goodbye.
    await nextTurn();
    await this.#endpoints.dismiss(shuttingDown());
    this.#core.end();
  }

  #startTimers(): void {
    const core = this.#core;
    const { clock, journal, config, idleExitMs } = this.#options;
    const settings = () => config.settings;
    const idle = { idleMs: () => this.#endpoints.idleMs, onIdle: () => void this.close() };
    const onFault = (error: unknown): void => {
      this.#log('error', 'the journal could not be written', { cause: String(error) });
    };
    this.#stopTimers = [
      watchRetention({ journal, clock, keep: () => settings().journal, endTurn: () => core.turn.commit(), onFault }),
      watchAbandonment({
        clock,
        afterMs: () => settings().sessions.abandon_after_ms,
        unheld: () => core.unheldSessions(),
        abort: (session) => core.abandon(session),
        onFault,
      }),
      watchProgress(() => core.feed.progress(timestamp(clock.now()))),
      watchIdle(idleExitMs, idle),
    ];
  }

  #announce(): void {
    const { runtimeSocket: runtime_socket, controlSocket: control_socket, stateDir: dir } = this.paths;
    const { version, clock, journal } = this.#options;
    const started_at = timestamp(clock.now());
    writeDaemonFile(dir, { pid: process.pid, version, started_at, dir, runtime_socket, control_socket });
    this.#log('info', 'ready', { runtime_socket, control_socket, head_seq: journal.headSeq });
  }
}
