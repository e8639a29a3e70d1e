import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket as Door } from '@proj/protocol';
import { afterEach, vi } from 'vitest';
import { type Clock, createDaemon, type Daemon, type DaemonPaths } from '../../src/index.ts';
import { pathsIn } from './paths-in.ts';
import { connectUnix, type RawClient } from './raw-client.ts';

export interface StartOptions {
  /** The configuration, as the file would say it. */
  config?: object;
  clock?: Clock;
  idleExitMs?: number;
}

export interface TestDaemon {
  readonly dir: string;
  readonly paths: DaemonPaths;
  /** What the daemon logged, a JSON line each. */
  readonly log: readonly string[];
  readonly daemon: Daemon;
  connect(door: Door): Promise<RawClient>;
  /** Replaces the configuration file. */
  configure(config: object | string): void;
  /** Ends the daemon and starts another on the same directories. */
  restart(options?: StartOptions): Promise<void>;
  stop(): Promise<void>;
}

// A machine that does something else at the same time.
vi.setConfig({ testTimeout: 20_000 });

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Runs after the test, the last registered first. */
export function afterTest(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

/** A private directory with a short name, gone after the test. */
export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pd-'));
  afterTest(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A daemon of this process on a directory of its own, ended after the test. */
export async function startDaemon(options: StartOptions = {}): Promise<TestDaemon> {
  const dir = temporaryDirectory();
  const paths = pathsIn(dir);
  const log: string[] = [];
  const clients: RawClient[] = [];
  const start = ({ config, clock, idleExitMs }: StartOptions): Promise<Daemon> => {
    if (config !== undefined) configure(config);
    return createDaemon({
      paths,
      version: '0.0.0-test',
      log: (level, message, fields) => log.push(JSON.stringify({ level, message, ...fields })),
      ...(clock && { clock }),
      ...(idleExitMs !== undefined && { idleExitMs }),
    });
  };
  // JSON is YAML.
  const configure = (config: object | string): void =>
    writeFileSync(paths.configFile, typeof config === 'string' ? config : JSON.stringify(config));
  let daemon = await start(options);
  afterTest(async () => {
    for (const client of clients) client.close();
    await daemon.close({ now: true });
  });
  return {
    dir,
    paths,
    log,
    get daemon() {
      return daemon;
    },
    connect: async (door) => {
      const client = await connectUnix(door, door === 'runtime' ? paths.runtimeSocket : paths.controlSocket);
      clients.push(client);
      return client;
    },
    configure,
    restart: async (next = {}) => {
      await daemon.close({ now: true });
      daemon = await start({ ...options, ...next });
    },
    stop: () => daemon.close(),
  };
}

/** Both doors of a new daemon, and a session that the runtime client has opened. */
export async function startWithSession(options: StartOptions = {}) {
  const daemon = await startDaemon(options);
  const runtime = await daemon.connect('runtime');
  const control = await daemon.connect('control');
  const { session } = await runtime.request('session.open', { name: 'a session' });
  const sessionId: string = session.session_id;
  return { daemon, runtime, control, session, sessionId };
}
