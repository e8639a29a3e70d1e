import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ask, DaemonStatus, Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { inTime } from '../actors/in-time.ts';
import { openLineClient } from '../actors/line-client.ts';
import { ReturningClient } from '../actors/returning-client.ts';
import { StreamReader } from '../actors/stream-reader.ts';
import { failing, firedCall, type Injection, straceObstacle } from '../actors/strace.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { History } from '../history/history.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

const MOST_NTH = 200;
const SAMPLES = 2;
const AT_ONCE = 2;
// Without a restart it writes again within this time.
const RECOVERY_MS = 2_000;
const RETRY_MS = 20;
const LARGE = 20_000;

/** What fails, and how many requests bring that call about once. */
const kinds: readonly Kind[] = [
  { call: 'fsync', error: 'EIO', requestsEach: 1 },
  { call: 'fsync', error: 'ENOSPC', requestsEach: 1 },
  { call: 'pwrite64', error: 'EIO', requestsEach: 0.25 },
  { call: 'pwrite64', error: 'ENOSPC', requestsEach: 0.25 },
  // What is to be read from the disk must have been written before the daemon starts.
  { call: 'pread64', error: 'EIO', requestsEach: 0, filled: 60 },
  { call: 'openat', error: 'EIO', requestsEach: 0.1 },
  { call: 'openat', error: 'EMFILE', requestsEach: 0.1 },
  { call: 'write', error: 'EIO', requestsEach: 0.7 },
  { call: 'accept4', error: 'EMFILE', requestsEach: 1 },
  { call: 'accept4', error: 'ECONNABORTED', requestsEach: 1 },
];

interface Kind {
  call: string;
  error: string;
  requestsEach: number;
  /** How many large events the journal has before the daemon is started. */
  filled?: number;
}

// A reply that cannot be written, a client for whom there is no descriptor: those alone lose their connection.
const costsConnections = ['accept4', 'write'];

type Case = Injection & { requests: number; filled: number };

/** Lets the n-th sync, write, open or accept of the daemon fail: nothing acknowledged is lost, nobody crashes. */
export const scenario: Scenario = {
  name: 'error-sweep',
  promises: ['R3'],
  summary:
    'the n-th fsync, pwrite, pread, write, openat or accept fails; refused by name, then it goes on, nothing lost',
  longMs: 3_600_000,
  obstacle: straceObstacle,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const cases = casesOf(arena, size);
  const tally: Tally = { fired: 0, refusedStarts: 0, storageFailed: 0, slowestRecoveryMs: 0, faults: [] };
  const work = async (): Promise<void> => {
    for (let next = cases.pop(); next !== undefined; next = cases.pop()) await runCase(arena, next, tally);
  };
  const total = cases.length;
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const figures = {
    cases: total,
    fired: tally.fired,
    'starts refused': tally.refusedStarts,
    'writes refused': tally.storageFailed,
    'slowest recovery ms': Math.round(tally.slowestRecoveryMs),
  };
  return { figures, faults: tally.faults };
}

interface Tally {
  fired: number;
  refusedStarts: number;
  storageFailed: number;
  slowestRecoveryMs: number;
  faults: string[];
}

function casesOf({ random }: Arena, size: Size): Case[] {
  const all = Array.from({ length: MOST_NTH }, (_none, at) => at + 1);
  const cases = kinds.flatMap(({ call, error, requestsEach, filled = 0 }) => {
    const chosen = size === 'long' ? all : random.shuffle(all).slice(0, SAMPLES);
    return chosen.map((nth) => ({ call, error, nth, requests: Math.ceil(nth * requestsEach) + 10, filled }));
  });
  return random.shuffle(cases);
}

async function runCase(arena: Arena, injection: Case, tally: Tally): Promise<void> {
  const daemon = arena.daemon({ startMs: 15_000 });
  const trace = join(arena.folder, `${daemon.dir.split('/').at(-1)}.strace`);
  const history = new History();
  const name = `${injection.call} ${injection.error} at ${injection.nth}`;
  const fault = (text: string): void => void tally.faults.push(`${name}: ${text}`);
  if (injection.filled > 0) await fill({ daemon, history }, injection.filled);
  const isUp = await daemon.start({ under: failing(trace, injection) }).then(
    () => true,
    () => false,
  );
  if (isUp) {
    const error = await work({ daemon, history, tally, injection }).then(
      () => undefined,
      (thrown: unknown) => String(thrown),
    );
    if (!isOfNode(firedCall(trace))) {
      if (error !== undefined) fault(error);
      if (!daemon.isRunning) fault(`the daemon ended: ${daemon.errorText.slice(-300)}`);
    }
    await daemon.kill();
  } else {
    tally.refusedStarts += 1;
    if ((await daemon.exit).code === 0) fault('the daemon did not start and said that all is well');
  }
  if (firedCall(trace) !== undefined) tally.fired += 1;
  await daemon.start();
  for (const found of validate(await readEvidence(daemon.control, history))) fault(found);
  await daemon.kill();
  rmSync(daemon.dir, { recursive: true });
  rmSync(trace);
}

// Node wakes its own loop by such a write and aborts where that fails, which no disk and no client can bring about.
function isOfNode(call: string | undefined): boolean {
  return call?.includes('[eventfd]') ?? false;
}

async function fill({ daemon, history }: Pick<Work, 'daemon' | 'history'>, count: number): Promise<void> {
  await daemon.start();
  const client = await openLineClient(daemon.runtime, { name: 'filler', history });
  const { session } = await client.demand<{ session: Session }>('session.open', { name: 'filled' });
  for (let at = 0; at < count; at += 1) {
    const event = { event_type: 'status_update', message: `${at} ${'x'.repeat(LARGE)}` };
    await client.demand('session.emit', { session_id: session.session_id, event });
  }
  client.close();
  // In good order: what a crash leaves in the write-ahead log is read at the start already.
  await daemon.stop();
}

interface Work {
  daemon: DaemonProcess;
  history: History;
  tally: Tally;
  injection: Case;
}

async function work(at: Work): Promise<void> {
  const { history, injection } = at;
  const clients: ReturningClient[] = [];
  const open = (door: 'runtime' | 'control'): ReturningClient => {
    const client = new ReturningClient({ name: door, daemon: at.daemon, door, history });
    clients.push(client);
    return client;
  };
  try {
    await write(at, open);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
  const lost = history.operations.filter(({ op, result }) => 'lost' in result && op !== 'events.subscribe').length;
  if (lost > 0 && !costsConnections.includes(injection.call)) throw new Error(`${lost} connections were lost`);
}

async function write(at: Work, open: (door: 'runtime' | 'control') => ReturningClient): Promise<void> {
  const operator = open('control');
  let client = open('runtime');
  const { session } = await insist<{ session: Session }>(at, client, ['session.open', { name: 's', key: 's' }]);
  const { session_id } = session;
  for (let count = 0; count < at.injection.requests; count += 1) {
    if (at.injection.call === 'accept4') {
      await client.close();
      client = open('runtime');
    }
    const event = { event_type: 'status_update', message: `m${count}` };
    await insist(at, client, ['session.emit', { session_id, event, event_id: `e${count}` }]);
    if (count % 5 === 0) await ask({ at, client, operator }, { session_id, key: `k${count}` });
    if (count % 50 === 0) await readAll(at, operator);
  }
}

/** A subscriber from the first event on: what is not in memory any more comes from the disk. */
async function readAll({ daemon, history }: Work, operator: ReturningClient): Promise<void> {
  const { journal } = await inTime(operator.demand<DaemonStatus>('daemon.status'), 'daemon.status');
  const stream = history.openStream('reader');
  const reader = new StreamReader({ daemon, path: daemon.control, history, stream, drawCut: () => undefined });
  const reading = reader.run();
  try {
    await inTime(stream.reached(journal.head_seq), 'the feed');
  } finally {
    reader.close();
    await reading;
  }
}

async function ask(
  { at, client, operator }: { at: Work; client: ReturningClient; operator: ReturningClient },
  { session_id, key }: { session_id: string; key: string },
): Promise<void> {
  const fields = { session_id, key, kind: 'approval', message: 'Deploy?' };
  const opened = await insist<{ ask: Ask }>(at, client, ['ask.open', fields]);
  const { ask_id } = opened.ask;
  await insist(at, operator, ['ask.answer', { ask_id, value: true, answer_id: `a.${key}` }]);
  await insist(at, client, ['ask.get', { ask_id }]);
}

/** Repeats what the journal refused, as a client would, for as long as the daemon may take to recover. */
async function insist<P>(
  { tally }: Work,
  client: ReturningClient,
  [type, payload]: [type: string, payload: object],
): Promise<P> {
  const started = performance.now();
  for (;;) {
    const reply = await inTime(client.request<P>(type, payload), type);
    const tookMs = performance.now() - started;
    if (reply.ok) {
      tally.slowestRecoveryMs = Math.max(tally.slowestRecoveryMs, tookMs);
      return reply.payload;
    }
    if (reply.code !== 'storage_failed') throw new Error(`${type} was refused as ${reply.code}: ${reply.message}`);
    if (tookMs > RECOVERY_MS) throw new Error(`${type} is still refused after ${RECOVERY_MS} ms`);
    tally.storageFailed += 1;
    await delay(RETRY_MS);
  }
}
