import type { DaemonStatus } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient } from '../actors/line-client.ts';
import { NeverReader } from '../actors/never-reader.ts';
import { Publisher } from '../actors/publisher.ts';
import type { Arena } from '../harness/arena.ts';
import { linuxOnly } from '../harness/linux-only.ts';
import { quantile } from '../harness/quantile.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { settled } from '../harness/settled.ts';
import { readEvidence } from '../history/read-evidence.ts';
import type { StreamRecord } from '../history/stream-record.ts';
import { validate } from '../history/validate.ts';

interface Measure {
  readers: number;
  stopped: number;
  pairs: number;
  /** Published in each half of a pair. */
  events: number;
  mostRatio: number;
}

const MEASURES: Record<Size, Measure> = {
  // The time of so few events says nothing.
  short: { readers: 57, stopped: 3, pairs: 1, events: 100, mostRatio: Number.POSITIVE_INFINITY },
  long: { readers: 950, stopped: 50, pairs: 10, events: 60, mostRatio: 1.1 },
};
// What it logs says why it closed: those that read nothing cannot tell.
const CONFIG = 'limits: { slow_consumer_ms: 6000 }\nlog: { level: debug }\n';
const CLOSED = /"client_id":"([^"]+)","socket":"control","reason":"slow_consumer"/g;
// What a stopped reader is sent first: more than the system and the daemon hold for it.
const HISTORY_EVENTS = 100;
const HISTORY_BYTES = 30_000;
const EVENT_BYTES = 1_000;
// Until what the stopped ones are sent at first is on its way.
const WARM_UP = 20;
const MIB = 1_048_576;
const MOST_MIB = 64;
const GONE_MS = 30_000;

/** Readers that stop reading among many that read: those notice nothing, and the stopped ones are told and closed. */
export const scenario: Scenario = {
  name: 'stopped-readers',
  promises: ['R6'],
  summary: '50 stopped readers among 1,000: memory, the publisher in pairs with and without them, slow_consumer',
  longMs: 900_000,
  obstacle: linuxOnly,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { readers, stopped, pairs, events, mostRatio } = MEASURES[size];
  const daemon = await arena.startDaemon({ config: CONFIG });
  const publisher = await Publisher.open(await arena.connect(daemon.runtime, 'publisher'));
  await publisher.publish(HISTORY_EVENTS, HISTORY_BYTES);
  const operator = await arena.connect(daemon.control, 'operator');
  await operator.demand('ping');
  const streams = await Promise.all(
    Array.from({ length: readers }, (_none, at) => openReader(arena, daemon, `reader ${at}`)),
  );
  // What the daemon needs for those that read is not what the others cost.
  await publisher.publish(events, EVENT_BYTES);
  const crowd = new StoppedCrowd({ arena, daemon, operator, count: stopped });
  const rss = daemon.rssBytes;
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const alone = await medianMs(publisher, events);
    await crowd.open();
    const among = await medianMs(publisher, events);
    await crowd.leave();
    ratios.push(among / alone);
  }
  const evidence = await readEvidence(daemon.control, arena.history, { readersReached: true });
  await Promise.all(streams.map((stream) => stream.reached(evidence.reachedSeq)));
  const grown = Math.round((crowd.largestRss - rss) / MIB);
  const streamFaults = validate(evidence);
  await daemon.stop();
  const ratio = quantile(ratios, 0.5);
  const faults = [
    ...crowd.faults,
    ...streamFaults,
    ...(crowd.closed === stopped * pairs ? [] : [`${crowd.closed} stopped readers were closed as slow_consumer`]),
    ...(grown > MOST_MIB ? [`memory grew by ${grown} MiB`] : []),
    ...(ratio > mostRatio ? [`the publisher's median was ${ratio.toFixed(2)} of what it was without them`] : []),
  ];
  const figures = {
    readers,
    stopped,
    pairs,
    'memory +MiB': grown,
    slow_consumer: crowd.closed,
    'p50 ratio': ratio.toFixed(2),
  };
  return { figures, faults };
}

async function medianMs(publisher: Publisher, events: number): Promise<number> {
  await publisher.publish(WARM_UP, EVENT_BYTES);
  return quantile(await publisher.publish(events, EVENT_BYTES), 0.5);
}

async function openReader(arena: Arena, { control }: DaemonProcess, name: string): Promise<StreamRecord> {
  const client = await arena.connect(control, name);
  const stream = arena.history.openStream(name);
  client.record(stream);
  const { journal } = await client.demand<DaemonStatus>('daemon.status');
  stream.begin(journal.head_seq);
  await client.demand('events.subscribe', { after_seq: journal.head_seq });
  return stream;
}

interface CrowdOptions {
  arena: Arena;
  daemon: DaemonProcess;
  operator: LineClient;
  count: number;
}

/** Subscribers to the whole history that read nothing of it. */
class StoppedCrowd {
  readonly faults: string[] = [];
  largestRss = 0;
  #options: CrowdOptions;
  #members: NeverReader[] = [];
  #others = 0;
  #closed: ReadonlySet<string> = new Set();

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** How many were closed as slow_consumer, over all. */
  get closed(): number {
    return this.#closed.size;
  }

  async open(): Promise<void> {
    const { arena, daemon, count } = this.#options;
    this.#others = await this.#connected();
    this.#members = await Promise.all(Array.from({ length: count }, () => NeverReader.open(daemon.control)));
    for (const member of this.#members) arena.atEnd(() => member.close());
  }

  /** Resolves when the daemon has closed all of them. */
  async leave(): Promise<void> {
    const { daemon } = this.#options;
    const isGone = async (): Promise<boolean> => {
      this.largestRss = Math.max(this.largestRss, daemon.rssBytes);
      return (await this.#connected()) <= this.#others;
    };
    await settled(isGone, GONE_MS);
    const left = (await this.#connected()) - this.#others;
    if (left > 0) {
      this.faults.push(`${left} stopped readers were not closed`);
      return;
    }
    this.#closed = new Set([...this.#closed, ...Array.from(daemon.errorText.matchAll(CLOSED), ([, id = '']) => id)]);
    for (const member of this.#members) member.close();
  }

  async #connected(): Promise<number> {
    const { clients } = await this.#options.operator.demand<DaemonStatus>('daemon.status');
    return clients.control;
  }
}
