import { join } from 'node:path';
import type { Ask, Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient } from '../actors/line-client.ts';
import { Publisher } from '../actors/publisher.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { settled } from '../harness/settled.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

interface Measure {
  rounds: number;
  asks: number;
  /** How late an expiry may be seen. A machine that does much else makes everything late. */
  lateMs: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { rounds: 1, asks: 10, lateMs: 5_000 },
  long: { rounds: 10, asks: 50, lateMs: 100 },
};
const HOUR_MS = 3_600_000;
const YEAR_MS = 31_536_000_000;
const END_OF_32_BITS = Date.parse('2038-01-19T03:14:08Z');
const LEAST_TIMEOUT_MS = 200;
const MOST_TIMEOUT_MS = 900;
const LONG_TIMEOUT_MS = 86_400_000;
const CLOCK_MS = 10_000;
const NEAR_MS = 60_000;
const EVENTS = 20;
const program = join(import.meta.dirname, '../actors/serve-with-clock.ts');

/** Sets the daemon's wall clock while asks run out: each does in its own time, and the journal goes on counting. */
export const scenario: Scenario = {
  name: 'clock-jumps',
  promises: ['R18'],
  summary: 'the wall clock is set by an hour, a year and to 2038, forth and back: no deadline moves',
  longMs: 600_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { rounds, asks, lateMs } = MEASURES[size];
  const jumps = Array.from({ length: rounds }, () => aheadOfTime()).flat();
  const dir = arena.dir();
  const daemon = await arena.startDaemon({ dir, program: [program, dir, ...jumps.map(String)] });
  const client = await arena.connect(daemon.runtime, 'program');
  const publisher = await Publisher.open(await arena.connect(daemon.runtime, 'publisher'));
  const session_id = await openSession(client);
  const lasting = await openAsk(client, { session_id, timeout_ms: LONG_TIMEOUT_MS });
  const late: number[] = [];
  for (const aheadMs of jumps) {
    const timeouts = Array.from({ length: asks }, () => arena.random.between(LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS));
    const [part] = await Promise.all([lateness(client, timeouts), jump(daemon, { client, aheadMs })]);
    await publisher.publish(EVENTS, 1);
    late.push(...part);
  }
  const { ask } = await client.demand<{ ask: Ask }>('ask.get', { ask_id: lasting.ask_id });
  const faults = validate(await readEvidence(daemon.control, arena.history));
  await daemon.stop();
  const [earliest, latest] = [Math.min(...late), Math.max(...late)];
  if (earliest < 0) faults.push(`an ask ran out ${-earliest} ms too early`);
  if (latest > lateMs) faults.push(`an ask ran out ${latest} ms too late`);
  if (ask.state !== 'pending') faults.push(`an ask of a day is ${ask.state}`);
  return { figures: { jumps: jumps.length, asks: late.length, 'latest ms': Math.round(latest) }, faults };
}

/** How far ahead of the true time the clock is to be, one after the other; it ends at the true time. */
function aheadOfTime(): number[] {
  return [HOUR_MS, -HOUR_MS, YEAR_MS, END_OF_32_BITS - Date.now(), -YEAR_MS, 0];
}

/** Sends the signal and waits until the daemon tells the new time. */
async function jump(daemon: DaemonProcess, { client, aheadMs }: { client: LineClient; aheadMs: number }) {
  daemon.signal('SIGUSR2');
  const tellsIt = async (): Promise<boolean> => {
    const { at } = await client.demand<{ at: string }>('ping');
    return Math.abs(Date.parse(at) - Date.now() - aheadMs) < NEAR_MS;
  };
  await settled(tellsIt, CLOCK_MS);
  if (!(await tellsIt())) throw new Error(`the clock was not set ${aheadMs} ms ahead`);
}

/** Opens asks and waits until they run out; how many milliseconds later than they were to each did. */
async function lateness(client: LineClient, timeouts: readonly number[]): Promise<number[]> {
  return Promise.all(
    timeouts.map(async (timeoutMs) => {
      const session_id = await openSession(client);
      const called = performance.now();
      const { ask_id } = await openAsk(client, { session_id, timeout_ms: timeoutMs });
      const opened = performance.now();
      const { ask } = await client.demand<{ ask: Ask }>('ask.wait', { ask_id });
      if (ask.state !== 'expired') throw new Error(`an ask nobody answered is ${ask.state}`);
      const ended = performance.now();
      // It was opened somewhere between the two: early against the first is early, late against the second is late.
      return ended - called < timeoutMs ? ended - called - timeoutMs : Math.max(0, ended - opened - timeoutMs);
    }),
  );
}

async function openSession(client: LineClient): Promise<string> {
  const { session } = await client.demand<{ session: Session }>('session.open', { name: 'asker' });
  return session.session_id;
}

async function openAsk(client: LineClient, where: Pick<Ask, 'session_id' | 'timeout_ms'>): Promise<Ask> {
  const { ask } = await client.demand<{ ask: Ask }>('ask.open', { ...where, kind: 'approval', message: 'Now?' });
  return ask;
}
