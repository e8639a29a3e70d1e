import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '@proj/protocol';
import { storm } from '../actors/connect-storm.ts';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient } from '../actors/line-client.ts';
import { dribble } from '../actors/dribbler.ts';
import { NeverReader } from '../actors/never-reader.ts';
import { sendOnce } from '../actors/one-shot.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

interface Measure {
  readers: number;
  neverReaders: number;
  dribblers: number;
  halfClosers: number;
  aborts: number;
  events: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { readers: 20, neverReaders: 10, dribblers: 10, halfClosers: 200, aborts: 2_000, events: 2_000 },
  long: { readers: 300, neverReaders: 50, dribblers: 50, halfClosers: 5_000, aborts: 200_000, events: 5_000 },
};
const LINE_MS = 1_000;
const CONFIG = `limits: { slow_consumer_ms: 1000, line_timeout_ms: ${LINE_MS}, first_line_timeout_ms: ${LINE_MS} }\n`;
const STORM_AT_ONCE = 100;
const EVENT_BYTES = 1_000;
const PING = '{"v":1,"id":"7","type":"ping"}';
const SLOW_PING = '{"v":1,"id":"7","type":"ping","payload":{"nonce":"a line that takes its time"}}';
const RSS_BYTES = 67_108_864;
const DESCRIPTORS = 5;
const SETTLE_MS = 5_000;

/** Clients that never read, dribble, half close and abort; the polite ones among them notice nothing. */
export const scenario: Scenario = {
  name: 'rude-clients',
  promises: ['R6', 'R8', 'R10'],
  summary: 'never-readers, dribblers, half-closers and a connect storm; the others get everything, nothing leaks',
  longMs: 900_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const measure = MEASURES[size];
  const faults: string[] = [];
  const daemon = await arena.startDaemon({ config: CONFIG });
  const readers = await openReaders(arena, { daemon, count: measure.readers });
  const publisher = await openPublisher(arena, daemon);
  // What a daemon takes for polite clients is not what the rude ones cost.
  await publish(publisher, { daemon, events: measure.events });
  const before = { rss: daemon.rssBytes, descriptors: daemon.descriptors };
  const never = await Promise.all(Array.from({ length: measure.neverReaders }, () => NeverReader.open(daemon.control)));
  for (const reader of never) arena.atEnd(() => reader.close());
  const [rss, dribbled, halfClosed, connected] = await Promise.all([
    publish(publisher, { daemon, events: measure.events }),
    dribbleAll(daemon, measure.dribblers),
    halfCloseAll(arena, { daemon, count: measure.halfClosers }),
    storm({ path: daemon.control, count: measure.aborts, atOnce: STORM_AT_ONCE, random: arena.random.fork(1) }),
  ]);
  faults.push(...dribbled, ...halfClosed);
  for (const reason of await Promise.all(never.map((reader) => reader.wakeUp()))) {
    if (reason !== 'slow_consumer' && reason !== '') faults.push(`a never-reader was told ${reason}`);
  }
  const evidence = await readEvidence(daemon.control, arena.history, { readersReached: true });
  await Promise.all(readers.map(({ stream }) => stream.reached(evidence.reachedSeq)));
  faults.push(...validate(evidence));
  const left = await settledDescriptors(daemon, before.descriptors);
  if (left > DESCRIPTORS) faults.push(`${left} descriptors are left`);
  const grown = Math.max(rss, daemon.rssBytes) - before.rss;
  if (grown > RSS_BYTES) faults.push(`memory grew by ${Math.round(grown / 1_048_576)} MiB`);
  await daemon.stop();
  const figures = { ...measure, connected, 'memory +MiB': Math.round(grown / 1_048_576), 'descriptors left': left };
  return { figures, faults };
}

interface Some {
  daemon: DaemonProcess;
  count: number;
}

async function openReaders(arena: Arena, { daemon, count }: Some) {
  const names = Array.from({ length: count }, (_none, at) => `reader ${at}`);
  return Promise.all(
    names.map(async (name) => {
      const client = await arena.connect(daemon.control, name);
      const stream = arena.history.openStream(name);
      client.record(stream);
      stream.begin(0);
      await client.demand('events.subscribe', { after_seq: 0 });
      return { stream };
    }),
  );
}

interface Publisher {
  client: LineClient;
  session_id: string;
}

async function openPublisher(arena: Arena, { runtime }: DaemonProcess): Promise<Publisher> {
  const client = await arena.connect(runtime, 'publisher');
  const { session } = await client.demand<{ session: Session }>('session.open', { name: 'publisher' });
  return { client, session_id: session.session_id };
}

/** Resolves with the daemon's memory at its largest. */
async function publish(
  { client, session_id }: Publisher,
  { daemon, events }: { daemon: DaemonProcess; events: number },
): Promise<number> {
  let largest = 0;
  for (let count = 0; count < events; count += 1) {
    const event = { event_type: 'status_update', message: `${count} ${'x'.repeat(EVENT_BYTES)}` };
    await client.demand('session.emit', { session_id, event });
    if (count % 100 === 0) largest = Math.max(largest, daemon.rssBytes);
  }
  return largest;
}

/** Half of them are in time, half are not. */
async function dribbleAll({ runtime }: DaemonProcess, count: number): Promise<string[]> {
  const answers = Array.from({ length: count }, async (_none, at) => {
    const isLate = at % 2 === 1;
    const line = isLate ? SLOW_PING : PING;
    const answer = await dribble(runtime, line, isLate ? (2 * LINE_MS) / SLOW_PING.length : 1);
    const isRight = isLate ? answer.includes('"timeout"') : answer.includes('"ok":true');
    return isRight ? [] : [`a dribbler ${isLate ? 'out of' : 'in'} time was told ${answer}`];
  });
  return (await Promise.all(answers)).flat();
}

async function halfCloseAll(arena: Arena, { daemon, count }: Some): Promise<string[]> {
  const faults: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const reply = await sendOnce(daemon.control, ['half-closer', 'ping', {}], arena.history);
    if (!('ok' in reply) || !reply.ok) faults.push('a half-closer got no reply');
  }
  return faults;
}

/** How many more descriptors there are than before, when those of the gone have had time to close. */
async function settledDescriptors(daemon: DaemonProcess, before: number): Promise<number> {
  const started = performance.now();
  while (daemon.descriptors - before > 0 && performance.now() - started < SETTLE_MS) await delay(50);
  return daemon.descriptors - before;
}
