import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonProcess, type DaemonProcessOptions } from '../actors/daemon-process.ts';
import { type LineClient, openLineClient } from '../actors/line-client.ts';
import { History } from '../history/history.ts';
import type { Random } from './random.ts';

type End = () => unknown;

/**
 * What one scenario has: a private folder with a short path, a history, numbers from the seed, processes and
 * connections. All of it ends with the scenario, the last one first.
 */
export class Arena {
  /** Short enough for sockets below it. */
  readonly folder: string = mkdtempSync('/tmp/pt-');
  readonly history: History = new History();
  readonly random: Random;
  #ends: End[] = [];
  #inner = new Set<Arena>();
  #dirs = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** A directory for a daemon, which makes it. */
  dir(): string {
    this.#dirs += 1;
    return join(this.folder, `d${this.#dirs}`);
  }

  /** A daemon that is not started yet. */
  daemon(options: Partial<DaemonProcessOptions> = {}): DaemonProcess {
    const daemon = new DaemonProcess({ dir: this.dir(), stateHome: join(this.folder, 'state'), ...options });
    this.atEnd(() => daemon.end());
    return daemon;
  }

  /** A daemon that takes clients. */
  async startDaemon(options: Partial<DaemonProcessOptions> = {}): Promise<DaemonProcess> {
    const daemon = this.daemon(options);
    await daemon.start();
    return daemon;
  }

  /** A connection whose requests go into the history under this name. */
  async connect(path: string, name: string, history: History = this.history): Promise<LineClient> {
    const client = await openLineClient(path, { name, history });
    this.atEnd(() => client.close());
    return client;
  }

  /** An arena of its own for a part of the scenario; nothing of it is kept when the part is over. */
  async within<T>(part: number, use: (inner: Arena) => Promise<T>): Promise<T> {
    const inner = new Arena(this.random.fork(part));
    this.#inner.add(inner);
    try {
      return await use(inner);
    } finally {
      this.#inner.delete(inner);
      await inner.close();
    }
  }

  /** Ends or removes something when the scenario is over, whatever came of it. */
  atEnd(end: End): void {
    this.#ends.push(end);
  }

  /** @throws AggregateError of all that could not be ended. */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (const inner of this.#inner) this.#ends.push(() => inner.close());
    for (const end of this.#ends.splice(0).toReversed()) {
      try {
        await end();
      } catch (error) {
        faults.push(error);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
    if (faults.length > 0) throw new AggregateError(faults, 'not everything could be ended');
  }
}
