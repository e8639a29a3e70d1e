import { expect, test } from 'vitest';
import type { Line, Payload, RawClient } from './raw-client.ts';
import { startDaemon, startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: '?' };

test('a snapshot holds the live sessions and pending asks as of head_seq', async () => {
  const daemon = await startDaemon();
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  const open = async (name: string) => (await runtime.request('session.open', { name })).session.session_id;
  const [a, b, c] = [await open('a'), await open('b'), await open('c')];
  const asked = async (session_id: string) => (await runtime.request('ask.open', { ...approval, session_id })).ask;
  const [first, second] = [await asked(a), await asked(c)];
  await asked(b);
  await control.request('ask.answer', { ask_id: first.ask_id, value: true });
  await control.request('session.abort', { session_id: b });
  const { session: paused } = await control.request('session.pause', { session_id: c });
  const snapshot = await control.request('events.subscribe', { snapshot: true });
  const { session } = await control.request('session.get', { session_id: a });
  expect(snapshot).toEqual({ head_seq: paused.changed_seq, sessions: [session, paused], asks: [second] });
  for (const row of [...snapshot.sessions, ...snapshot.asks])
    expect(row.changed_seq).toBeLessThanOrEqual(snapshot.head_seq);
});

interface View {
  sessions: Map<string, Payload>;
  asks: Map<string, Payload>;
}

function applyTo(view: View, event: Line): void {
  const { type, payload } = event;
  if (type === 'ask.opened' || type === 'ask.settled') view.asks.set(payload.ask_id, payload);
  if (type === 'session.opened' || type === 'session.changed') view.sessions.set(payload.session_id, payload);
}

async function writeAllTheTime(runtime: RawClient, control: RawClient, until: () => boolean): Promise<void> {
  while (!until()) {
    const { session } = await runtime.request('session.open', { name: 'n', metadata: { fill: 'x'.repeat(500) } });
    const { session_id } = session;
    const { ask } = await runtime.request('ask.open', { ...approval, session_id });
    await runtime.request('ask.open', { ...approval, session_id });
    await control.request('ask.answer', { ask_id: ask.ask_id, value: true });
    await control.request('session.pause', { session_id });
  }
}

test('snapshot and feed together give the state, though writers write', async () => {
  const { daemon, runtime, control } = await startWithSession();
  let done = false;
  const writing = writeAllTheTime(runtime, control, () => done);
  const views: { view: View; reader: RawClient; seen: number }[] = [];
  for (let i = 0; i < 10; i++) {
    const reader = await daemon.connect('control');
    const { head_seq, sessions, asks } = await reader.request('events.subscribe', { snapshot: true });
    const byId = (rows: Payload[], id: string) => new Map(rows.map((row) => [row[id], row]));
    const view = { sessions: byId(sessions, 'session_id'), asks: byId(asks, 'ask_id') };
    const event = await reader.nextEvent();
    expect(event['seq']).toBe(head_seq + 1);
    applyTo(view, event);
    views.push({ view, reader, seen: head_seq + 1 });
  }
  done = true;
  await writing;
  const last = (await control.request('daemon.status')).journal.head_seq;
  const pending = (await control.request('ask.list', { state: 'pending', limit: 500 })).asks;
  for (const { view, reader, seen } of views) {
    for (let seq = seen; seq < last; ) {
      const event = await reader.nextEvent();
      seq = event['seq'] ?? seq;
      applyTo(view, event);
    }
    expect([...view.asks.values()].filter(({ state }) => state === 'pending')).toEqual(pending);
  }
});

test('a snapshot that does not fit a frame is read on by the lists', async () => {
  const daemon = await startDaemon({ config: { limits: { frame_bytes: 16_384 } } });
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  let newest = '';
  for (let i = 0; i < 12; i++) {
    const { session } = await runtime.request('session.open', { name: `${i}`, metadata: { fill: 'x'.repeat(1_500) } });
    await runtime.request('ask.open', { ...approval, session_id: session.session_id, message: 'm'.repeat(1_500) });
    newest = session.session_id;
  }
  control.send({ v: 1, id: 's', type: 'events.subscribe', payload: { snapshot: true } });
  const line = await control.next();
  expect(line.length).toBeLessThanOrEqual(16_384);
  const snapshot = JSON.parse(line).payload;
  // What happens while the lists are read is told apart by changed_seq.
  await control.request('session.pause', { session_id: newest });
  const rest = async (type: string, name: string): Promise<Payload[]> => {
    const rows: Payload[] = snapshot[name];
    for (let after = snapshot.next; after !== undefined; ) {
      const page = await control.request(type, { after });
      rows.push(...page[name]);
      after = page.next;
    }
    return rows;
  };
  const sessions = await rest('session.list', 'sessions');
  expect(sessions.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
  const event = await control.nextEvent();
  expect(sessions[11].changed_seq).toBe(event['seq']);
  const asks = await rest('ask.list', 'asks');
  expect(asks.map(({ session_name }) => session_name)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
});

test('an empty snapshot', async () => {
  const control = await (await startDaemon()).connect('control');
  expect(await control.request('events.subscribe', { snapshot: true })).toEqual({
    head_seq: 0,
    sessions: [],
    asks: [],
  });
});
