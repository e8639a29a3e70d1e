import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { JournalEvent } from '@proj/protocol';
import { expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

// Nightly runs say more.
const cycles = Number(process.env['PROJ_CRASH_CYCLES'] ?? 10);
const writers = 4;
const inFlight = 50;
const acknowledgedPerCycle = 400;

interface Written {
  /** Event ids that were acknowledged, and their `seq`. */
  acknowledged: Map<string, number>;
  /** All that were sent, acknowledged or not. */
  sent: Set<string>;
}

test(
  `S-14: ${cycles} kills while writers write lose nothing that was acknowledged (P-16)`,
  async ({ scene }) => {
    const written: Written = { acknowledged: new Map(), sent: new Set() };
    const dir = scene.dir();
    for (let cycle = 0; cycle < cycles; cycle += 1) await writeUntilKilled(scene, { dir, cycle, written });
    const daemon = await scene.daemon({ dir });
    const events = await readJournal(scene, daemon);

    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, at) => at + 1));
    const found = new Map(
      events.flatMap((event) => (event.type === 'session.event' ? [[messageOf(event), event.seq]] : [])),
    );
    const missing = [...written.acknowledged].filter(([id, seq]) => found.get(id) !== seq);
    expect(missing).toEqual([]);
    expect(written.acknowledged.size).toBeGreaterThanOrEqual(cycles * acknowledgedPerCycle);
    const messages = events.filter(({ type }) => type === 'session.event').map(messageOf);
    expect(messages.length).toBe(new Set(messages).size);
    expect(messages.filter((id) => !written.sent.has(id))).toEqual([]);
    await daemon.stop();
    expect(integrityOf(dir)).toBe('ok');
  },
  60_000 + cycles * 5_000,
);

async function writeUntilKilled(
  scene: Scene,
  { dir, cycle, written }: { dir: string; cycle: number; written: Written },
): Promise<void> {
  const daemon = await scene.daemon({ dir });
  const enough = Promise.withResolvers<void>();
  let acknowledged = 0;
  const onAcknowledged = (): void => {
    acknowledged += 1;
    if (acknowledged === acknowledgedPerCycle) enough.resolve();
  };
  const writing = Array.from({ length: writers }, async (_none, writer) => {
    const wire = await scene.connect(daemon.runtime);
    await write(wire, { name: `${cycle}.${writer}`, written, onAcknowledged });
  });
  await enough.promise;
  await daemon.crash();
  await Promise.all(writing);
}

/** Keeps requests in flight until the connection breaks; then notes the replies that had come. */
async function write(
  wire: Wire,
  { name, written, onAcknowledged }: { name: string; written: Written; onAcknowledged: () => void },
): Promise<void> {
  const { session } = await wire.request('session.open', { name });
  let count = 0;
  const one = async (): Promise<void> => {
    while (!wire.isClosed) {
      count += 1;
      const message = `${name}.${count}`;
      written.sent.add(message);
      const event = { event_type: 'status_update', message };
      const reply = await wire
        .request('session.emit', { session_id: session.session_id, event })
        .catch(() => undefined);
      if (reply === undefined) return;
      written.acknowledged.set(message, reply.seq);
      onAcknowledged();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
}

async function readJournal(scene: Scene, { control }: Daemon): Promise<JournalEvent[]> {
  const wire = await scene.connect(control);
  const { head_seq: head } = await wire.request('events.subscribe', { after_seq: 0 });
  await wire.find((line) => line['seq'] === head, `event ${head}`);
  return wire.events();
}

function messageOf(event: JournalEvent): string {
  return 'message' in event.payload ? String(event.payload.message) : '';
}

function integrityOf(dir: string): unknown {
  const db = new DatabaseSync(join(dir, 'journal.db'), { readOnly: true });
  try {
    return db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    db.close();
  }
}

test('T-21: a pending ask outlives a kill of the daemon, and is answered after it (A-8)', async ({ scene }) => {
  const first = await scene.daemon();
  const asker = await scene.connect(first.runtime);
  const { session } = await asker.request('session.open', { name: 'deploy', key: 'deploy-7', goal_id: 'g1' });
  const fields = { session_id: session.session_id, key: 'q', kind: 'approval', message: 'Deploy?' };
  const { ask } = await asker.request('ask.open', fields);
  const before = (await asker.request('session.get', { session_id: session.session_id })).session;
  await first.crash();

  const second = await scene.daemon({ dir: first.dir });
  const operator = await scene.connect(second.control);
  expect((await operator.request('ask.list', { state: 'pending' })).asks).toEqual([ask]);
  expect((await operator.request('session.list', {})).sessions).toEqual([{ ...before, connected: false }]);
  await operator.request('ask.answer', { ask_id: ask.ask_id, value: true });
  const again = await scene.connect(second.runtime);
  const opened = await again.request('ask.open', fields);
  expect(opened).toMatchObject({ created: false, ask: { ask_id: ask.ask_id, state: 'answered' } });
});

test('T-9: an ask that ran out while no daemon ran expires at the start, and is no yes', async ({ scene }) => {
  const first = await scene.daemon();
  const asker = await scene.connect(first.runtime);
  const { session } = await asker.request('session.open', { name: 'deploy' });
  const { ask } = await asker.request('ask.open', {
    session_id: session.session_id,
    kind: 'approval',
    message: 'Deploy?',
    default_value: true,
    timeout_ms: 20,
  });
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  const again = await scene.connect(second.runtime);
  expect((await again.request('ask.wait', { ask_id: ask.ask_id })).ask.state).toBe('expired');
});

test('B-1: an asker that is killed asks again with the same key and gets the answer (T-20)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const ask = ['ask', 'approval', 'Deploy 1.4.2?', '--key', 'deploy-1.4.2'];
  const first = scene.startProj(daemon, ask);
  await first.errorLine(/^asked/);
  first.kill('SIGKILL');
  await first.exit;

  const operator = await scene.connect(daemon.control);
  const { asks } = await operator.request('ask.list', { state: 'pending' });
  expect(asks).toHaveLength(1);
  await operator.request('ask.answer', { ask_id: asks[0]?.ask_id, value: true });
  const second = await scene.run(daemon, ask);
  expect(second).toMatchObject({ code: 0, stdout: 'yes\n' });
  expect((await operator.request('ask.list', {})).asks).toHaveLength(1);
});

test('B-1: killing asker and daemon both keeps the ask; another question under the key is refused', async ({
  scene,
}) => {
  const first = await scene.daemon();
  const ask = ['ask', 'approval', 'Deploy 1.4.2?', '--key', 'deploy'];
  const asker = scene.startProj(first, ask);
  await asker.errorLine(/^asked/);
  await first.crash();
  asker.kill('SIGKILL');
  await asker.exit;

  const second = await scene.daemon({ dir: first.dir });
  const other = await scene.run(second, ['ask', 'approval', 'Deploy 1.5.0?', '--key', 'deploy', '--no-wait']);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/conflict|key/);
  expect(await scene.run(second, [...ask, '--no-wait'])).toMatchObject({ code: 75 });
  await scene.run(second, ['control', '--respond', 'n', '--count', '1']);
  expect(await scene.run(second, ask)).toMatchObject({ code: 1, stdout: 'no\n' });
});

test('T-20: an asker that waits while the daemon is killed and started gets its answer', async ({ scene }) => {
  const first = await scene.daemon();
  const asker = scene.startProj(first, ['ask', 'input', 'Release note?', '--key', 'note']);
  await asker.errorLine(/^asked/);
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  expect(await scene.run(second, ['control', '--respond', 'Faster.', '--count', '1'])).toMatchObject({ code: 0 });
  expect(await asker.exit).toMatchObject({ code: 0, stdout: 'Faster.\n' });
});
