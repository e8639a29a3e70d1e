import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient } from '../actors/line-client.ts';
import { straceObstacle, traced } from '../actors/strace.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { readSyncOrder, type SyncOrder } from '../history/sync-order.ts';

const REPLIES: Record<Size, number> = { short: 500, long: 10_000 };
const CONTROL_REPLIES = 100;
const WRITERS = 4;
const CALLS = ['fsync', 'fdatasync', 'pwrite64', 'write', 'writev', 'sendto', 'sendmsg'];

/** Watches the daemon's system calls: no reply leaves before the sync of the log that covers it. */
export const scenario: Scenario = {
  name: 'fsync-order',
  promises: ['R2'],
  summary: 'seen by strace: every reply is written after the sync of the log',
  longMs: 600_000,
  obstacle: straceObstacle,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const full = await watch(arena, { durability: 'full', replies: REPLIES[size] });
  // What does not sync must be noticed, or the watching proves nothing.
  const normal = await watch(arena, { durability: 'normal', replies: CONTROL_REPLIES });
  const faults = full.early.map((call) => `left before the sync: ${call}`).slice(0, 5);
  if (full.replies < REPLIES[size]) faults.push(`only ${full.replies} replies were seen`);
  if (normal.early.length < CONTROL_REPLIES) faults.push(`only ${normal.early.length} unsynced replies were noticed`);
  const figures = {
    replies: full.replies,
    early: full.early.length,
    syncs: full.syncs,
    'control replies': normal.replies,
    'control early': normal.early.length,
  };
  return { figures, faults };
}

interface Watched {
  durability: 'full' | 'normal';
  replies: number;
}

async function watch(arena: Arena, { durability, replies }: Watched): Promise<SyncOrder> {
  const trace = join(arena.folder, `${durability}.strace`);
  const daemon = await arena.startDaemon({
    under: traced(trace, CALLS),
    config: `journal: { durability: ${durability} }\n`,
  });
  await write(arena, { daemon, replies });
  await daemon.stop();
  return readSyncOrder(readFileSync(trace, 'utf8').split('\n'));
}

/** Writers with one request in flight each: replies of one sync and replies of several. */
async function write(arena: Arena, { daemon, replies }: { daemon: DaemonProcess; replies: number }): Promise<void> {
  let left = replies;
  const one = async (client: LineClient): Promise<void> => {
    const { session } = await client.demand<{ session: Session }>('session.open', { name: client.name });
    while ((left -= 1) >= 0) {
      const event = { event_type: 'status_update', message: 'x'.repeat(arena.random.between(1, 2_000)) };
      await client.demand('session.emit', { session_id: session.session_id, event });
    }
    client.close();
  };
  const writers = Array.from({ length: WRITERS }, (_none, at) => arena.connect(daemon.runtime, `writer ${at}`));
  await Promise.all((await Promise.all(writers)).map(one));
}
