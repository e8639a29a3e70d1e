import { describe, expect, test, vi } from 'vitest';
import { MovableClock } from './movable-clock.ts';
import type { RawClient } from './raw-client.ts';
import { startDaemon, startWithSession } from './start-daemon.ts';

const status = { event_type: 'status_update', message: 'on' };

async function emit(client: RawClient, sessionId: string, count = 1): Promise<number> {
  const sent = Array.from({ length: count }, () =>
    client.request('session.emit', { session_id: sessionId, event: status }),
  );
  return (await Promise.all(sent)).at(-1).seq;
}

async function seqsUpTo(client: RawClient, last: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.at(-1) !== last) {
    const { seq } = await client.nextEvent();
    // Pushes, of others that come and go, have none.
    if (seq !== undefined) seqs.push(seq);
  }
  return seqs;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

test('after_seq gives all that follows, out of the journal and then live; the reply comes first', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const head = await emit(runtime, sessionId, 50);
  control.send({ v: 1, id: 's', type: 'events.subscribe', payload: { after_seq: 0 } });
  expect(JSON.parse(await control.next())).toEqual({ v: 1, id: 's', ok: true, payload: { head_seq: head } });
  expect(await seqsUpTo(control, head)).toEqual(range(1, head));
  const later = await emit(runtime, sessionId, 20);
  expect(await seqsUpTo(control, later)).toEqual(range(head + 1, later));
  const second = await daemon.connect('control');
  expect(await second.request('events.subscribe', { after_seq: later - 3 })).toEqual({ head_seq: later });
  expect(await seqsUpTo(second, later)).toEqual(range(later - 2, later));
});

test('without after_seq it starts after head_seq', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { head_seq } = await control.request('events.subscribe');
  expect(await emit(runtime, sessionId)).toBe(head_seq + 1);
  expect((await control.nextEvent())['seq']).toBe(head_seq + 1);
});

test('the same event is the same bytes for every subscriber, live, read later and after a restart', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const other = await daemon.connect('runtime');
  await control.request('events.subscribe');
  await other.request('events.subscribe', { session_id: sessionId });
  const event = { event_type: 'agent_output', stream: 'stdout', content: '\u00e9\u{1f600}\u0000"\\' };
  await runtime.request('session.emit', { session_id: sessionId, event });
  const line = await control.next();
  expect(await other.next()).toBe(line);
  await daemon.restart();
  const later = await daemon.connect('control');
  await later.request('events.subscribe', { after_seq: JSON.parse(line).seq - 1 });
  expect(await later.next()).toBe(line);
});

test('the hand-over from history to live has no gap and no duplicate while writers write', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const before = await emit(runtime, sessionId, 1_500);
  const writers = [await daemon.connect('runtime'), await daemon.connect('runtime')];
  const writing = Promise.all(writers.map((writer) => emit(writer, sessionId, 1_000)));
  const readers = [];
  for (const after_seq of [0, before - 700, before, 1, 0]) {
    const reader = await daemon.connect('control');
    reader.send({ v: 1, id: 's', type: 'events.subscribe', payload: { after_seq } });
    readers.push({ reader, after_seq });
  }
  await writing;
  const last = before + 2_000;
  for (const { reader, after_seq } of readers) {
    await reader.reply('s');
    expect(await seqsUpTo(reader, last)).toEqual(range(after_seq + 1, last));
  }
});

test('a cursor resumed a hundred times has every event once', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const writing = emit(runtime, sessionId, 1_000);
  const seqs: number[] = [];
  for (let i = 0; i < 100; i++) {
    const reader = await daemon.connect('control');
    await reader.request('events.subscribe', { after_seq: seqs.at(-1) ?? 0 });
    if (seqs.at(-1) !== 1_001) seqs.push(...(await seqsUpTo(reader, (seqs.at(-1) ?? 0) + 1)));
    reader.close();
  }
  const reader = await daemon.connect('control');
  await reader.request('events.subscribe', { after_seq: seqs.at(-1) ?? 0 });
  const last = await writing;
  seqs.push(...(await seqsUpTo(reader, last)));
  expect(seqs).toEqual(range(1, last));
});

describe('subscribing in the middle of a turn', () => {
  test('sends nothing at or below the head_seq of its reply', async () => {
    const { control, runtime, sessionId } = await startWithSession();
    const subscribe = { type: 'events.subscribe', payload: { session_id: sessionId } };
    const requests = [
      subscribe,
      { type: 'session.emit', payload: { session_id: sessionId, event: status } },
      subscribe,
    ];
    runtime.write(requests.map((request, i) => `${JSON.stringify({ v: 1, id: `${i}`, ...request })}\n`).join(''));
    const { head_seq } = (await runtime.reply('2'))['payload'];
    const next = await control.request('session.input', { session_id: sessionId, input: { input_type: 'abort' } });
    expect((await runtime.nextEvent())['seq']).toBe(head_seq + 1);
    expect(next.seq).toBe(head_seq + 1);
  });

  test('replies before the first event, of the journal too', async () => {
    const { runtime, sessionId } = await startWithSession();
    const requests = [
      { type: 'events.subscribe', payload: { session_id: sessionId } },
      { type: 'session.emit', payload: { session_id: sessionId, event: status } },
      { type: 'events.subscribe', payload: { session_id: sessionId, after_seq: 0 } },
    ];
    runtime.write(requests.map((request, i) => `${JSON.stringify({ v: 1, id: `${i}`, ...request })}\n`).join(''));
    const lines = [];
    for (let i = 0; i < 5; i++) lines.push(JSON.parse(await runtime.next()));
    expect(lines.map(({ id, seq }) => id ?? seq)).toEqual(['0', '1', '2', 1, 2]);
  });
});

test('one subscription a connection: a new one replaces it, unsubscribe ends it', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { session: other } = await runtime.request('session.open', { name: 'other' });
  await control.request('events.subscribe', { session_id: sessionId });
  const { head_seq } = await control.request('events.subscribe', { session_id: other.session_id });
  await emit(runtime, sessionId);
  const seq = await emit(runtime, other.session_id);
  expect((await control.nextEvent())['seq']).toBe(seq);
  expect(await control.request('events.unsubscribe')).toEqual({});
  expect(await control.request('events.unsubscribe')).toEqual({});
  await emit(runtime, other.session_id);
  await control.request('ping');
  expect(control.waiting).toEqual([]);
  await control.request('events.subscribe', { after_seq: head_seq });
  expect(await seqsUpTo(control, seq + 1)).toEqual(range(head_seq + 1, seq + 1));
});

test('on runtime.sock the events of one session only, whatever else happens', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { session: other } = await runtime.request('session.open', { name: 'other' });
  const reader = await daemon.connect('runtime');
  expect((await reader.refusal('events.subscribe')).code).toBe('invalid_payload');
  expect((await reader.refusal('events.subscribe', { session_id: sessionId, snapshot: true })).code).toBe(
    'invalid_payload',
  );
  await reader.request('events.subscribe', { session_id: sessionId, after_seq: 0 });
  await emit(runtime, other.session_id, 3);
  await control.request('daemon.pause');
  (await daemon.connect('control')).close();
  const last = await emit(runtime, sessionId);
  expect(await seqsUpTo(reader, last)).toEqual([1, last]);
  await reader.request('ping');
  expect(reader.waiting).toEqual([]);
});

test('types and session_id filter, live and out of the journal; holes are in order', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { session: other } = await runtime.request('session.open', { name: 'other' });
  const filter = { session_id: sessionId, types: ['session.event', 'ask.opened'] };
  await control.request('events.subscribe', filter);
  await emit(runtime, other.session_id);
  const first = await emit(runtime, sessionId);
  await runtime.request('session.log', { session_id: sessionId, sender: 'a', content: 'c' });
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const last = await emit(runtime, sessionId);
  const expected = [first, ask.changed_seq, last];
  expect(await seqsUpTo(control, last)).toEqual(expected);
  const later = await daemon.connect('control');
  await later.request('events.subscribe', { ...filter, after_seq: 0 });
  expect(await seqsUpTo(later, last)).toEqual(expected);
  await later.request('ping');
  expect(later.waiting).toEqual([]);
});

test('a cursor above head_seq is expired: the journal is not the one it came from', async () => {
  const { control, runtime, sessionId } = await startWithSession();
  const head_seq = await emit(runtime, sessionId, 5);
  const error = await control.refusal('events.subscribe', { after_seq: head_seq + 1 });
  expect(error).toMatchObject({ code: 'cursor_expired', details: { oldest_seq: 1, head_seq } });
  expect(await control.request('events.subscribe', { after_seq: head_seq })).toEqual({ head_seq });
  for (const after_seq of [-1, 1.5, '1', 2 ** 53]) {
    expect((await control.refusal('events.subscribe', { after_seq })).code).toBe('invalid_payload');
  }
});

describe("with the daemon's slow timers in the test's hand", () => {
  test('retention removes a prefix; a cursor before it is expired, rows stay', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { daemon, runtime, control, sessionId } = await startWithSession({
        config: { journal: { max_events: 10 } },
      });
      await runtime.request('session.log', { session_id: sessionId, sender: 'a', content: 'first' });
      const head_seq = await emit(runtime, sessionId, 1_200);
      await vi.advanceTimersByTimeAsync(10_000);
      await expect.poll(async () => (await control.request('daemon.status')).journal.oldest_seq).toBe(head_seq - 9);
      const details = { oldest_seq: head_seq - 9, head_seq };
      for (const after_seq of [0, head_seq - 11]) {
        expect(await control.refusal('events.subscribe', { after_seq })).toMatchObject({
          code: 'cursor_expired',
          details,
        });
      }
      await control.request('events.subscribe', { after_seq: head_seq - 10 });
      expect(await seqsUpTo(control, head_seq)).toEqual(range(head_seq - 9, head_seq));
      expect((await control.request('daemon.status')).saves_count).toBe(10);
      expect((await control.request('session.messages', { session_id: sessionId })).messages).toHaveLength(1);
      expect((await control.request('session.list')).sessions).toHaveLength(1);
      await daemon.restart();
      expect((await (await daemon.connect('control')).request('daemon.status')).journal.oldest_seq).toBe(head_seq - 9);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a reader that retention has overtaken is told so in a last line, with no hole before it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { daemon, runtime, control, sessionId } = await startWithSession({
        config: { journal: { max_events: 10 } },
      });
      const log = { session_id: sessionId, sender: 'agent', content: 'x'.repeat(100_000) };
      // More than the daemon keeps at hand, and more than lies in buffers on the way.
      await Promise.all(Array.from({ length: 150 }, () => runtime.request('session.log', log)));
      const reader = await daemon.connect('control');
      await reader.request('events.subscribe', { after_seq: 0 });
      reader.pause();
      await vi.advanceTimersByTimeAsync(10_000);
      await expect.poll(async () => (await control.request('daemon.status')).journal.oldest_seq).toBe(142);
      reader.resume();
      await reader.closed;
      const lines = reader.waiting.map((line) => JSON.parse(line));
      expect(lines.pop()).toMatchObject({
        id: null,
        error: { code: 'cursor_expired', details: { oldest_seq: 142, head_seq: 151 } },
      });
      expect(lines.map(({ seq }) => seq)).toEqual(range(1, lines.length));
      expect(lines.length).toBeLessThan(141);
    } finally {
      vi.useRealTimers();
    }
  });

  test('feed.progress every 30 s to a filtered subscriber, and to no other', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { daemon, runtime, control, sessionId } = await startWithSession();
      const all = await daemon.connect('control');
      await all.request('events.subscribe', {});
      await control.request('events.subscribe', { types: ['ask.opened'] });
      await runtime.request('events.subscribe', { session_id: sessionId });
      const { session } = await runtime.request('session.open', { name: 'other' });
      const head_seq = await emit(runtime, session.session_id, 3);
      expect(await seqsUpTo(all, head_seq)).toEqual(range(2, head_seq));
      for (let i = 0; i < 2; i++) {
        await vi.advanceTimersByTimeAsync(30_000);
        const push = { v: 1, at: expect.any(String), type: 'feed.progress', payload: { head_seq } };
        expect(await control.nextEvent()).toEqual(push);
        expect(await runtime.nextEvent()).toEqual(push);
      }
      await all.request('ping');
      expect(all.waiting).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a session nobody holds and nothing happens in is abandoned; a held one and a busy one are not', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const clock = new MovableClock();
      const daemon = await startDaemon({ clock });
      const [runtime, holder, control] = [
        await daemon.connect('runtime'),
        await daemon.connect('runtime'),
        await daemon.connect('control'),
      ];
      const open = async (client: RawClient) =>
        (await client.request('session.open', { name: 'n' })).session.session_id;
      const [left, busy, held] = [await open(runtime), await open(runtime), await open(holder)];
      await runtime.request('ask.open', { session_id: left, kind: 'approval', message: '?' });
      await control.request('events.subscribe');
      runtime.close();
      await control.nextEvent();
      const { journal } = await control.request('daemon.status');
      clock.wallAheadMs += 2_592_000_000 + 1_000;
      await vi.advanceTimersByTimeAsync(60_000);
      // Somebody has set the clock: no time has passed.
      expect((await control.request('daemon.status')).journal).toEqual(journal);
      clock.elapsedAheadMs += 2_592_000_000 + 1_000;
      await control.request('session.input', { session_id: busy, input: { input_type: 'abort' } });
      await vi.advanceTimersByTimeAsync(60_000);
      const events = [await control.nextEvent(), await control.nextEvent(), await control.nextEvent()];
      expect(events.map(({ type }) => type)).toEqual(['session.input', 'ask.settled', 'session.changed']);
      const [, , event] = events;
      expect(event).toMatchObject({
        session_id: left,
        payload: { state: 'aborted', state_reason: 'abandoned', pending_asks: 0 },
      });
      expect(event).not.toHaveProperty('by');
      const states = (await control.request('session.list')).sessions.map(
        (session: { state: string }) => session.state,
      );
      expect(states).toEqual(['aborted', 'active', 'active']);
      expect((await control.request('session.get', { session_id: held })).session.connected).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('a subscriber that has closed its input, like nc -N, still gets the feed until it goes', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  const reader = await daemon.connect('control');
  reader.send({ v: 1, id: 's', type: 'events.subscribe', payload: { after_seq: 0 } });
  reader.endInput();
  await reader.reply('s');
  expect(await seqsUpTo(reader, 1)).toEqual([1]);
  const last = await emit(runtime, sessionId, 5);
  expect(await seqsUpTo(reader, last)).toEqual(range(2, last));
  reader.close();
  expect((await control.nextEvent())['payload'].socket).toBe('control');
});
