import { describe, expect, test } from 'vitest';
import type { Watch, WatchEvent } from '../src/index.ts';
import { openControl, openRuntime, startDaemon } from './support/cleanup.ts';
import { type FakeDaemon, type FakePeer, Refusal } from './support/fake-daemon.ts';

function seqOf(event: WatchEvent): number | string {
  return 'seq' in event ? event.seq : event.type;
}

async function take(watch: Watch, count: number): Promise<(number | string)[]> {
  const seqs: (number | string)[] = [];
  for await (const event of watch) {
    seqs.push(seqOf(event));
    if (seqs.length === count) break;
  }
  return seqs;
}

function head(daemon: FakeDaemon, headSeq: number): FakeDaemon {
  return daemon.on('events.subscribe', () => ({ head_seq: headSeq }));
}

async function subscriber(daemon: FakeDaemon, number: number): Promise<FakePeer> {
  await daemon.until(() => daemon.seen('events.subscribe').length > number);
  const request = daemon.seen('events.subscribe')[number];
  if (request === undefined) throw new Error('nobody subscribed');
  return request.from;
}

describe('a watch', () => {
  test('hands out events in order on a connection of its own, and unsubscribes when the loop is left', async () => {
    const daemon = head(await startDaemon(), 7);
    const control = await openControl(daemon);
    const watch = control.watch({ sessionId: 's1', types: ['session.event'] });
    expect(await watch.ready).toBe(7);
    const peer = await subscriber(daemon, 0);
    for (const seq of [8, 9, 12]) peer.event(seq);
    expect(await take(watch, 3)).toEqual([8, 9, 12]);
    expect(watch.cursor).toBe(12);
    expect(daemon.seen('events.subscribe').map(({ payload }) => payload)).toEqual([
      { session_id: 's1', types: ['session.event'] },
    ]);
    await daemon.until(() => daemon.connections === 1);
    expect(await control.ping('x')).toMatchObject({ nonce: 'x' });
  });

  test('resumes after the last event that came in, and drops what comes twice', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const watch = control.watch({ afterSeq: 2 });
    const first = await subscriber(daemon, 0);
    for (const seq of [3, 4]) first.event(seq);
    first.socket.write('{"v":1,"seq":5,"type":"sess');
    const events = take(watch, 5);
    await daemon.until(() => daemon.connections === 2);
    first.socket.end();
    const second = await subscriber(daemon, 1);
    for (const seq of [4, 4, 5, 6, 5, 7]) second.event(seq);
    expect(await events).toEqual([3, 4, 5, 6, 7]);
    expect(daemon.seen('events.subscribe').map(({ payload }) => payload)).toEqual([{ after_seq: 2 }, { after_seq: 4 }]);
  });

  test('has every event once over a hundred cuts', async () => {
    const daemon = await startDaemon();
    daemon.on('events.subscribe', ({ from, payload }) => {
      const after = Number(payload['after_seq']);
      queueMicrotask(() => {
        for (let seq = after + 1; seq <= after + 3; seq += 1) from.event(seq);
        from.socket.end();
      });
      return { head_seq: 300 };
    });
    // A delay that grew with each cut, though the daemon answers in between, would never come to an end.
    const control = await openControl(daemon, { reconnect: { minMs: 1, maxMs: 60_000 } });
    expect(await take(control.watch({ afterSeq: 0 }), 300)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(daemon.seen('events.subscribe').length).toBeGreaterThanOrEqual(100);
  });

  test('begins where it was accepted, also when the connection broke before the first event', async () => {
    const daemon = head(await startDaemon(), 41);
    const control = await openControl(daemon);
    const watch = control.watch();
    await watch.ready;
    (await subscriber(daemon, 0)).cut();
    (await subscriber(daemon, 1)).event(42);
    expect(await take(watch, 1)).toEqual([42]);
    expect(daemon.seen('events.subscribe').map(({ payload }) => payload)).toEqual([{}, { after_seq: 41 }]);
  });

  test('moves its cursor by feed.progress and does not hand it out', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const watch = control.watch({ types: ['ask.opened'], afterSeq: 0 });
    const peer = await subscriber(daemon, 0);
    peer.send({ v: 1, at: '2026-11-20T10:00:00.000Z', type: 'feed.progress', payload: { head_seq: 900 } });
    peer.send({ v: 1, at: '2026-11-20T10:00:00.000Z', type: 'client.connected', payload: { client_id: 'c' } });
    expect(await take(watch, 1)).toEqual(['client.connected']);
    expect(watch.cursor).toBe(900);
    const again = control.watch({ types: ['ask.opened'], afterSeq: 900 });
    peer.cut();
    await again.ready;
    await again.close();
  });

  test('hands out types it does not know', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const watch = control.watch({ afterSeq: 0 });
    (await subscriber(daemon, 0)).event(1, { type: 'comet.sighted', payload: { tail: 'long' } });
    for await (const event of watch) {
      expect(event).toEqual({
        v: 1,
        seq: 1,
        at: '2026-11-20T10:00:00.000Z',
        type: 'comet.sighted',
        payload: { tail: 'long' },
      });
      break;
    }
  });

  test('throws cursor_expired after what came before it', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const watch = control.watch({ afterSeq: 0 });
    const first = await subscriber(daemon, 0);
    first.event(1);
    daemon.on('events.subscribe', () => new Refusal('cursor_expired', { oldest_seq: 50 }));
    first.socket.end();
    const seqs: unknown[] = [];
    const loop = async (): Promise<void> => {
      for await (const event of watch) seqs.push(seqOf(event));
    };
    await expect(loop()).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'cursor_expired',
      details: { oldest_seq: 50 },
    });
    expect(seqs).toEqual([1]);
  });

  test('stops reading when too much waits, and goes on without a gap', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const watch = control.watch({ afterSeq: 0, maxBuffered: 10 });
    await watch.ready;
    const peer = await subscriber(daemon, 0);
    const content = 'x'.repeat(10_000);
    const total = 1_000;
    for (let seq = 1; seq <= total; seq += 1)
      peer.event(seq, { payload: { event_type: 'agent_output', stream: 'stdout', content } });
    // A request on the client's own connection comes through meanwhile; most of the 10 MB is still with the daemon.
    await control.ping();
    expect(peer.socket.writableLength).toBeGreaterThan(5_000_000);
    expect(await take(watch, total)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  });

  test('ends its loop when the client is closed', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const loop = take(control.watch(), 1);
    await subscriber(daemon, 0);
    await control.close();
    expect(await loop).toEqual([]);
    await daemon.until(() => daemon.connections === 0);
  });

  test('throws aborted when its signal aborts, and leaves nothing open', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon);
    const abort = new AbortController();
    const loop = take(control.watch({ signal: abort.signal }), 1);
    await subscriber(daemon, 0);
    abort.abort();
    await expect(loop).rejects.toMatchObject({ name: 'ClientError', code: 'aborted' });
    await daemon.until(() => daemon.connections === 1);
  });

  test('throws connection_lost when the client was told not to reconnect', async () => {
    const daemon = head(await startDaemon(), 0);
    const control = await openControl(daemon, { reconnect: false });
    const loop = take(control.watch(), 1);
    (await subscriber(daemon, 0)).cut();
    await expect(loop).rejects.toMatchObject({ code: 'connection_lost' });
  });
});

describe('a watch with a snapshot', () => {
  const session = (id: string, changedSeq: number, state = 'active'): object => ({
    session_id: id,
    state,
    changed_seq: changedSeq,
    created_at: id,
  });
  const ask = (id: string, changedSeq: number): object => ({ ask_id: id, state: 'pending', changed_seq: changedSeq });

  test('has what stands, and hands out nothing that it says already', async () => {
    const daemon = await startDaemon();
    daemon.on('events.subscribe', () => ({ head_seq: 9, sessions: [session('s1', 8)], asks: [ask('a1', 9)] }));
    const control = await openControl(daemon);
    const watch = control.watch({ snapshot: true, afterSeq: 7 });
    const peer = await subscriber(daemon, 0);
    peer.event(8, { type: 'session.changed', payload: session('s1', 8) });
    peer.event(9, { type: 'ask.opened', payload: ask('a1', 9) });
    peer.event(10, { type: 'session.changed', payload: session('s1', 10) });
    expect(await watch.snapshot).toEqual({ head_seq: 9, sessions: [session('s1', 8)], asks: [ask('a1', 9)] });
    expect(await take(watch, 1)).toEqual([10]);
    expect(daemon.seen('events.subscribe').map(({ payload }) => payload)).toEqual([{ snapshot: true, after_seq: 7 }]);
  });

  test('reads on where it did not fit, while events wait', async () => {
    const daemon = await startDaemon();
    daemon.on('events.subscribe', ({ from }) => {
      queueMicrotask(() => {
        from.event(10, { type: 'session.opened', payload: session('s3', 10) });
        from.event(11, { type: 'session.changed', payload: session('s2', 11) });
        from.event(12, { type: 'session.event', session_id: 's2' });
        from.event(13, { type: 'session.changed', payload: session('s2', 13) });
      });
      return { head_seq: 9, sessions: [session('s1', 3)], asks: [], next: 's1a0' };
    });
    daemon.on('session.list', ({ payload }) => {
      if (payload['state'] === 'paused') return { sessions: [session('s2', 12, 'paused')] };
      return payload['after'] === 's1a0'
        ? { sessions: [session('s2', 11)], next: 'more' }
        : { sessions: [session('s3', 10)] };
    });
    daemon.on('ask.list', () => ({ asks: [ask('a1', 5)] }));
    const control = await openControl(daemon);
    const watch = control.watch({ snapshot: true });
    expect(await watch.snapshot).toEqual({
      head_seq: 9,
      sessions: [session('s1', 3), session('s2', 12, 'paused'), session('s3', 10)],
      asks: [ask('a1', 5)],
    });
    expect(await take(watch, 2)).toEqual([12, 13]);
    expect(daemon.seen('session.list').map(({ payload }) => payload)).toEqual([
      { state: 'active', limit: 500, after: 's1a0' },
      { state: 'active', limit: 500, after: 'more' },
      { state: 'paused', limit: 500, after: 's1a0' },
    ]);
  });

  test('ends with the error that kept it from being complete', async () => {
    const daemon = await startDaemon();
    daemon
      .on('events.subscribe', () => ({ head_seq: 9, next: 's1a0' }))
      .on('session.list', () => new Refusal('internal'));
    const control = await openControl(daemon);
    const watch = control.watch({ snapshot: true });
    await expect(take(watch, 1)).rejects.toMatchObject({ code: 'internal' });
    await expect(watch.snapshot).rejects.toMatchObject({ code: 'internal' });
  });

  test('is only there when it was asked for', async () => {
    const control = await openControl(head(await startDaemon(), 0));
    await expect(control.watch().snapshot).rejects.toThrow('open the watch with { snapshot: true }');
  });
});

test('a session’s events come from the runtime door', async () => {
  const daemon = head(await startDaemon(), 0);
  const runtime = await openRuntime(daemon);
  const events = runtime.session('s1').events({ afterSeq: 0 });
  (await subscriber(daemon, 0)).event(1);
  for await (const { seq } of events) {
    expect(seq).toBe(1);
    break;
  }
  expect(daemon.seen('events.subscribe').map(({ payload }) => payload)).toEqual([{ session_id: 's1', after_seq: 0 }]);
});
