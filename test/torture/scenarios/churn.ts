import { storm } from '../actors/connect-storm.ts';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { IdleClient } from '../actors/idle-client.ts';
import type { Arena } from '../harness/arena.ts';
import { linuxOnly } from '../harness/linux-only.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { settled } from '../harness/settled.ts';

interface Measure {
  /** Connections a half. */
  connects: number;
  mostMib: number;
}

const MEASURES: Record<Size, Measure> = {
  // After so few the daemon's heap is still on its way to its usual size.
  short: { connects: 2_000, mostMib: 64 },
  long: { connects: 100_000, mostMib: 5 },
};
const AT_ONCE = 100;
// The system keeps 4,096 that wait before a door and refuses more: that is not what is looked at here.
const SLICE = 1_000;
const MIB = 1_048_576;
const SETTLE_MS = 15_000;

/** Clients that come and abort, by both doors: after as many again the daemon holds no more than before. */
export const scenario: Scenario = {
  name: 'churn',
  promises: ['R8'],
  summary: '2 x 100,000 connects and aborts; no descriptor is left, and the second half costs no memory',
  longMs: 900_000,
  obstacle: linuxOnly,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { connects, mostMib } = MEASURES[size];
  const daemon = await arena.startDaemon();
  const operator = await arena.connect(daemon.control, 'operator');
  await operator.demand('ping');
  const descriptors = daemon.descriptors;
  const half = async (part: number): Promise<number> => {
    const connected = await stormBoth(arena, { daemon, connects, part });
    await settled(() => daemon.descriptors <= descriptors, SETTLE_MS);
    return connected;
  };
  const first = await half(1);
  const rss = daemon.rssBytes;
  const second = await half(2);
  const grown = Number(((daemon.rssBytes - rss) / MIB).toFixed(1));
  const left = daemon.descriptors - descriptors;
  const missing = 2 * connects - first - second;
  await operator.demand('ping');
  await daemon.stop();
  const faults = [
    ...(missing > 0 ? [`${missing} connections did not come about`] : []),
    ...(left !== 0 ? [`${left} descriptors are left`] : []),
    ...(grown > mostMib ? [`memory grew by ${grown} MiB over the second half`] : []),
  ];
  const figures = { connects: first + second, 'second half +MiB': grown, 'descriptors left': left };
  return { figures, faults };
}

interface Half {
  daemon: DaemonProcess;
  connects: number;
  part: number;
}

/** Resolves with how many connections came about. */
async function stormBoth({ random }: Arena, { daemon, connects, part }: Half): Promise<number> {
  const numbers = random.fork(part);
  let connected = 0;
  for (let left = connects; left > 0; left -= SLICE) {
    const path = (left / SLICE) % 2 === 0 ? daemon.runtime : daemon.control;
    connected += await storm({ path, count: Math.min(SLICE, left), atOnce: AT_ONCE, random: numbers });
    await letIn(path);
  }
  return connected;
}

/** Who is let in last says that all before it were. */
async function letIn(path: string): Promise<void> {
  const client = await IdleClient.open(path);
  await client.ask();
  client.close();
}
