import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import type { LineClient } from '../actors/line-client.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

const CYCLES: Record<Size, number> = { short: 15, long: 1_000 };
const WRITERS = 4;
const IN_FLIGHT = 32;
// So many acknowledgements at least before the kill, and so many more at random.
const LEAST_ACKNOWLEDGED = 300;
const SPREAD = 400;

/** Kills the daemon again and again while writers write: what was acknowledged is there, once, at its seq. */
export const scenario: Scenario = {
  name: 'kill-loop',
  promises: ['R1'],
  summary: 'kill -9 while 4 writers write; nothing acknowledged is lost, doubled or moved',
  longMs: 1_800_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const daemon = arena.daemon();
  let slowestStartMs = 0;
  for (let cycle = 0; cycle < CYCLES[size]; cycle += 1) {
    slowestStartMs = Math.max(slowestStartMs, await daemon.start());
    const wanted = LEAST_ACKNOWLEDGED + arena.random.between(0, SPREAD);
    await writeUntilKilled({ arena, daemon, cycle, wanted });
  }
  await daemon.start();
  const evidence = await readEvidence(daemon.control, arena.history);
  const faults = validate(evidence);
  await daemon.stop();
  const integrity = integrityOf(daemon.dir);
  if (integrity !== 'ok') faults.push(`integrity_check: ${integrity}`);
  const acknowledged = evidence.operations.filter(({ result }) => 'ok' in result && result.ok).length;
  const figures = {
    cycles: CYCLES[size],
    acknowledged,
    'in flight at a kill': evidence.operations.length - acknowledged,
    events: evidence.journal.length,
    'slowest start ms': Math.round(slowestStartMs),
  };
  return { figures, faults };
}

interface Cycle {
  arena: Arena;
  daemon: DaemonProcess;
  cycle: number;
  wanted: number;
}

async function writeUntilKilled({ arena, daemon, cycle, wanted }: Cycle): Promise<void> {
  const enough = Promise.withResolvers<void>();
  let acknowledged = 0;
  const onAcknowledged = (): void => {
    acknowledged += 1;
    if (acknowledged === wanted) enough.resolve();
  };
  const writing = Array.from({ length: WRITERS }, async (_none, writer) => {
    const client = await arena.connect(daemon.runtime, `writer ${cycle}.${writer}`);
    await write(client, onAcknowledged);
  });
  await enough.promise;
  await daemon.kill();
  await Promise.all(writing);
}

/** Keeps requests in flight until the connection breaks. */
async function write(client: LineClient, onAcknowledged: () => void): Promise<void> {
  const { session } = await client.demand<{ session: Session }>('session.open', { name: client.name });
  let count = 0;
  const one = async (): Promise<void> => {
    while (!client.isClosed) {
      count += 1;
      const event = { event_type: 'status_update', message: `${client.name}.${count}` };
      const reply = await client.request('session.emit', { session_id: session.session_id, event });
      if ('ok' in reply && reply.ok) onAcknowledged();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

function integrityOf(dir: string): unknown {
  const db = new DatabaseSync(join(dir, 'journal.db'), { readOnly: true });
  try {
    return db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    db.close();
  }
}
