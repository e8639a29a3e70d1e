import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonStatus, Session } from '@proj/protocol';
import type { LineClient } from '../actors/line-client.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';

const EVENTS: Record<Size, number> = { short: 200, long: 20_000 };
const KEPT = 50;
const RETENTION_MS = 30_000;
const AT_ONCE = 100;

/** A cursor that the journal has left behind is refused by name, never answered with silence or a hole. */
export const scenario: Scenario = {
  name: 'expired-cursor',
  promises: ['R5'],
  summary: 'compaction passes a cursor: it is refused by name, and the oldest that is left is served',
  longMs: 300_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const daemon = await arena.startDaemon({ config: `journal: { max_events: ${KEPT} }\n` });
  const operator = await arena.connect(daemon.control, 'operator');
  await write(await arena.connect(daemon.runtime, 'writer'), EVENTS[size]);
  const { oldest_seq, head_seq } = await compacted(operator);
  const tooOld = await operator.request('events.subscribe', { after_seq: oldest_seq - 2 });
  const stream = arena.history.openStream('reader');
  operator.record(stream);
  stream.begin(oldest_seq - 1);
  const oldest = await operator.request('events.subscribe', { after_seq: oldest_seq - 1 });
  const faults: string[] = [];
  if (oldest_seq === 1) faults.push('nothing was compacted');
  if (!('ok' in tooOld) || tooOld.ok || tooOld.code !== 'cursor_expired') faults.push('an expired cursor was taken');
  if (!('ok' in oldest) || !oldest.ok) faults.push('the oldest cursor was refused');
  else await stream.reached(head_seq);
  const got = stream.stretches[0]?.seqs ?? [];
  if (got.some((seq, at) => seq !== oldest_seq + at)) faults.push(`from ${oldest_seq} on came ${got.join(', ')}`);
  await daemon.stop();
  return { figures: { events: head_seq, oldest: oldest_seq, kept: head_seq - oldest_seq + 1 }, faults };
}

async function write(client: LineClient, events: number): Promise<void> {
  const { session } = await client.demand<{ session: Session }>('session.open', { name: 'old' });
  let left = events;
  const one = async (): Promise<void> => {
    while ((left -= 1) >= 0) {
      const event = { event_type: 'status_update', message: `m${left}` };
      await client.demand('session.emit', { session_id: session.session_id, event });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** The journal once no more than is to be kept is left of it, or as it is when that takes too long. */
async function compacted(operator: LineClient): Promise<DaemonStatus['journal']> {
  const started = performance.now();
  for (;;) {
    const { journal } = await operator.demand<DaemonStatus>('daemon.status');
    const isDone = journal.head_seq - journal.oldest_seq < KEPT;
    if (isDone || performance.now() - started > RETENTION_MS) return journal;
    await delay(100);
  }
}
