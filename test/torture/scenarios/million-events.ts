import type { DaemonStatus } from '@proj/protocol';
import { BulkWriter } from '../actors/bulk-writer.ts';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { readFromStart } from '../actors/late-reader.ts';
import { sendText } from '../actors/one-shot.ts';
import type { Arena } from '../harness/arena.ts';
import { quantile } from '../harness/quantile.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';

interface Measure {
  events: number;
  kills: number;
  /** From the start of the process to the answer to STATUS. */
  serveMs: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { events: 20_000, kills: 1, serveMs: 15_000 },
  long: { events: 1_000_000, kills: 5, serveMs: 1_000 },
};
const WRITERS = 4;
const MORE = 500;

/** A long journal, and a kill in the middle of writing: the daemon serves again at once, however much there is. */
export const scenario: Scenario = {
  name: 'million-events',
  promises: ['R1', 'R21'],
  summary: '1,000,000 events and kill -9: the time until it serves again, and how fast somebody late reads it all',
  longMs: 900_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { events, kills, serveMs } = MEASURES[size];
  const daemon = await arena.startDaemon();
  let acknowledged = await fill(arena, { daemon, events });
  const startsMs: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    acknowledged += await killWhileWriting(arena, daemon);
    const started = performance.now();
    await daemon.start();
    await statusOf(daemon);
    startsMs.push(performance.now() - started);
  }
  const { journal } = await statusOf(daemon);
  const { seq, events: read, elapsedMs } = await readFromStart(daemon.control, journal.head_seq);
  await daemon.stop();
  const median = Math.round(quantile(startsMs, 0.5));
  const faults = [
    ...(median > serveMs ? [`it served again after ${median} ms`] : []),
    ...(journal.head_seq < acknowledged ? [`${acknowledged} were acknowledged, ${journal.head_seq} are there`] : []),
    ...(seq === journal.head_seq && read === seq ? [] : [`of ${journal.head_seq} events ${seq} came in order`]),
  ];
  const figures = {
    events: journal.head_seq,
    'journal MiB': Math.round(journal.bytes / 1_048_576),
    kills,
    'serving again ms': median,
    'slowest ms': Math.round(Math.max(...startsMs)),
    'late reader events/s': Math.round(read / (elapsedMs / 1_000)),
  };
  return { figures, faults };
}

/** Resolves with how many were acknowledged. */
async function fill(arena: Arena, { daemon, events }: { daemon: DaemonProcess; events: number }): Promise<number> {
  const writers = await openWriters(arena, daemon);
  await Promise.all(writers.map((writer) => writer.write(events / WRITERS)));
  for (const writer of writers) writer.close();
  return acknowledgedBy(writers);
}

async function killWhileWriting(arena: Arena, daemon: DaemonProcess): Promise<number> {
  const writers = await openWriters(arena, daemon);
  await Promise.all(writers.map((writer) => writer.write(MORE)));
  const writing = Promise.all(writers.map((writer) => writer.write(Number.POSITIVE_INFINITY)));
  await daemon.kill();
  await writing;
  return acknowledgedBy(writers);
}

async function openWriters(arena: Arena, { runtime }: DaemonProcess): Promise<BulkWriter[]> {
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => BulkWriter.open(runtime)));
  for (const writer of writers) arena.atEnd(() => writer.close());
  return writers;
}

function acknowledgedBy(writers: readonly BulkWriter[]): number {
  return writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

async function statusOf({ control }: DaemonProcess): Promise<DaemonStatus> {
  return JSON.parse(await sendText(control, 'STATUS'));
}
