import type { LineClient } from '../actors/line-client.ts';
import { type IdleClient, isServed, openIdleClients } from '../actors/idle-client.ts';
import type { Arena } from '../harness/arena.ts';
import { linuxOnly } from '../harness/linux-only.ts';
import { quantile } from '../harness/quantile.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { settled } from '../harness/settled.ts';

interface Measure {
  clients: number;
  pings: number;
  /** The short form shares its machine with anything: its times only catch what hangs. */
  connectMs: number;
  pingMs: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { clients: 500, pings: 200, connectMs: 30_000, pingMs: 2_000 },
  long: { clients: 10_000, pings: 2_000, connectMs: 5_000, pingMs: 10 },
};
const MIB = 1_048_576;
const MOST_MIB = 250;
const DESCRIPTORS = 5;
const SETTLE_MS = 15_000;

/** Thousands of clients that have spoken once and stay: they cost little, and nobody waits for them. */
export const scenario: Scenario = {
  name: 'idle-clients',
  promises: ['R7'],
  summary: '10,000 silent clients: memory, the time to connect them all, ping among them, descriptors after them',
  longMs: 300_000,
  obstacle: linuxOnly,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { clients: count, pings, connectMs, pingMs } = MEASURES[size];
  const daemon = await arena.startDaemon({ config: `limits: { clients: ${count + 100} }\n` });
  const operator = await arena.connect(daemon.control, 'operator');
  await ping(operator, pings);
  const before = { rss: daemon.rssBytes, descriptors: daemon.descriptors };
  const started = performance.now();
  const answers: string[] = [];
  const onOpen = async (client: IdleClient): Promise<unknown> => answers.push(await client.ask());
  const clients = await openIdleClients(daemon.runtime, { count, onOpen });
  for (const client of clients) arena.atEnd(() => client.close());
  const connected = Math.round(performance.now() - started);
  const p99 = quantile(await ping(operator, pings), 0.99);
  const grown = Math.round((daemon.rssBytes - before.rss) / MIB);
  const refused = answers.filter((answer) => !isServed(answer));
  for (const client of clients) client.close();
  await settled(() => daemon.descriptors <= before.descriptors, SETTLE_MS);
  const left = daemon.descriptors - before.descriptors;
  await daemon.stop();
  const faults = [
    ...(refused.length > 0 ? [`${refused.length} clients were not served: ${refused[0]}`] : []),
    ...(connected > connectMs ? [`connecting took ${connected} ms`] : []),
    ...(p99 > pingMs ? [`ping took ${p99.toFixed(1)} ms at the 99th percentile`] : []),
    ...(grown > MOST_MIB ? [`memory grew by ${grown} MiB`] : []),
    ...(Math.abs(left) > DESCRIPTORS ? [`${left} descriptors are left`] : []),
  ];
  const times = { 'connect ms': connected, 'ping p99 ms': p99.toFixed(2) };
  return { figures: { clients: count, ...times, 'memory +MiB': grown, 'descriptors left': left }, faults };
}

/** The milliseconds of each, one after the other. */
async function ping(client: LineClient, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let left = count; left > 0; left -= 1) {
    const started = performance.now();
    await client.demand('ping');
    took.push(performance.now() - started);
  }
  return took;
}
