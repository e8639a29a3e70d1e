import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ask, DaemonStatus, Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient, Reply } from '../actors/line-client.ts';
import { sendText } from '../actors/one-shot.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { mountSmallDisk, smallDiskObstacle } from '../harness/small-disk.ts';
import type { Operation } from '../history/history.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

const ROUNDS: Record<Size, number> = { short: 3, long: 50 };
const DISK_BYTES = 2_097_152;
const BALLAST_BYTES = 524_288;
const MOST_WRITES = 2_000;
const REFUSALS = 20;
const RECOVERY_MS = 2_000;
const RETRY_MS = 10;
const LARGE = 16_000;
const SMALL = 10;

/** Fills the daemon's disk: it goes on reading, refuses writes by name, and writes again when there is room. */
export const scenario: Scenario = {
  name: 'disk-full',
  promises: ['R3'],
  summary: 'a disk of 2 MiB fills up: reads and STATUS go on, writes are refused by name, recovery needs no restart',
  longMs: 600_000,
  obstacle: smallDiskObstacle,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const totals = { rounds: 0, acknowledged: 0, refused: 0, 'slowest recovery ms': 0 };
  const faults: string[] = [];
  while (totals.rounds < ROUNDS[size] && faults.length === 0) {
    totals.rounds += 1;
    await arena.within(totals.rounds, async (inner) => {
      const disk = new FullDisk(inner);
      faults.push(...(await disk.run()));
      totals.acknowledged += countOf(inner, ({ result }) => 'ok' in result && result.ok);
      totals.refused += countOf(inner, isRefused);
      totals['slowest recovery ms'] = Math.max(totals['slowest recovery ms'], Math.round(disk.recoveryMs));
    });
  }
  return { figures: totals, faults };
}

/** One disk that fills up and gets room again. */
class FullDisk {
  recoveryMs = 0;
  #arena: Arena;
  #path: string;
  #faults: string[] = [];
  #written = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#path = join(arena.folder, 'm');
  }

  /** What did not hold. */
  async run(): Promise<string[]> {
    const unmount = mountSmallDisk(this.#path, DISK_BYTES);
    this.#arena.atEnd(unmount);
    const ballast = join(this.#path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES, 1));
    const daemon = await this.#arena.startDaemon({ dir: join(this.#path, 'd') });
    const places = await this.#open(daemon);
    await this.#fill(places, LARGE);
    await this.#fill(places, SMALL);
    await this.#checkFull(places);
    rmSync(ballast);
    await this.#checkRecovery(places);
    await daemon.kill();
    await daemon.start();
    this.#faults.push(...validate(await readEvidence(daemon.control, this.#arena.history)));
    await daemon.stop();
    return this.#faults;
  }

  async #open(daemon: DaemonProcess): Promise<Places> {
    const client = await this.#arena.connect(daemon.runtime, 'writer');
    const operator = await this.#arena.connect(daemon.control, 'operator');
    const { session } = await client.demand<{ session: Session }>('session.open', { name: 'filler' });
    const { session_id } = session;
    const fields = { session_id, kind: 'approval', message: 'Go on?' };
    const { ask } = await client.demand<{ ask: Ask }>('ask.open', fields);
    return { daemon, client, operator, session_id, ask_id: ask.ask_id };
  }

  async #fill(places: Places, bytes: number): Promise<void> {
    for (let writes = 0; writes < MOST_WRITES; writes += 1) if (!(await this.#emit(places, bytes))) return;
    this.#faults.push(`the disk is not full after ${MOST_WRITES} writes`);
  }

  /** Whether it was acknowledged; a refusal by another name than the disk's is a fault. */
  async #emit({ client, session_id }: Places, bytes: number): Promise<boolean> {
    this.#written += 1;
    const event = { event_type: 'status_update', message: `${this.#written} ${'x'.repeat(bytes)}` };
    return this.#isTaken(await client.request('session.emit', { session_id, event }));
  }

  #isTaken(reply: Reply): boolean {
    if ('lost' in reply) throw new Error('a connection was lost');
    if (!reply.ok && reply.code !== 'storage_failed') this.#faults.push(`a write was refused as ${reply.code}`);
    return reply.ok;
  }

  async #checkFull(places: Places): Promise<void> {
    const { daemon, client, operator, session_id, ask_id } = places;
    for (let tries = 0; tries < REFUSALS; tries += 1) await this.#emit(places, LARGE);
    this.#isTaken(await operator.request('ask.answer', { ask_id, value: true, answer_id: 'full' }));
    const text = await sendText(daemon.control, 'STATUS');
    if (!text.startsWith('{')) this.#faults.push(`STATUS said ${text}`);
    await operator.demand('ask.list', { limit: 10 });
    await client.demand('session.get', { session_id });
    await this.#readFeed(places);
  }

  async #readFeed({ daemon, operator }: Places): Promise<void> {
    const { journal } = await operator.demand<DaemonStatus>('daemon.status');
    const reader = await this.#arena.connect(daemon.control, 'reader');
    const stream = this.#arena.history.openStream('reader');
    reader.record(stream);
    stream.begin(0);
    await reader.demand('events.subscribe', { after_seq: 0 });
    await stream.reached(journal.head_seq);
    reader.close();
  }

  async #checkRecovery(places: Places): Promise<void> {
    const { operator, ask_id } = places;
    const started = performance.now();
    while (!(await this.#emit(places, LARGE)) && performance.now() - started < RECOVERY_MS) await delay(RETRY_MS);
    this.recoveryMs = performance.now() - started;
    if (this.recoveryMs >= RECOVERY_MS) this.#faults.push(`no write within ${RECOVERY_MS} ms of room`);
    await operator.demand('ask.answer', { ask_id, value: true, answer_id: 'full' });
  }
}

interface Places {
  daemon: DaemonProcess;
  client: LineClient;
  operator: LineClient;
  session_id: string;
  ask_id: string;
}

function isRefused({ result }: Operation): boolean {
  return 'ok' in result && !result.ok && result.code === 'storage_failed';
}

function countOf({ history }: Arena, matches: (operation: Operation) => boolean): number {
  return history.operations.filter(matches).length;
}
