import type { Session } from '@proj/protocol';
import { describe, expect, test } from 'vitest';
import type { SessionChannel, SessionHandle } from '../src/index.ts';
import { openRuntime, startDaemon } from './support/cleanup.ts';
import { type FakeDaemon, Refusal } from './support/fake-daemon.ts';

const record = (fields: Partial<Session> = {}): Session => ({
  session_id: 's1',
  name: 'work',
  state: 'active',
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
  changed_seq: 1,
  draft_ids: [],
  message_count: 0,
  pending_asks: 0,
  connected: true,
  ...fields,
});

async function openSession(daemon: FakeDaemon): Promise<SessionHandle> {
  return (await openRuntime(daemon)).session('s1');
}

const payloads = (daemon: FakeDaemon, type: string): unknown[] => daemon.seen(type).map(({ payload }) => payload);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('opening', () => {
  test('sends what was given, under the names of the wire', async () => {
    const daemon = await startDaemon();
    daemon.on('session.open', () => ({ session: record({ channel_id: 'ci:1' }), created: false }));
    const runtime = await openRuntime(daemon);
    const session = await runtime.openSession({
      name: 'work',
      key: 'k',
      goalId: 'g',
      agentId: 'a',
      channelId: 'ci:1',
      metadata: { n: 1 },
    });
    expect(payloads(daemon, 'session.open')).toEqual([
      { name: 'work', key: 'k', goal_id: 'g', agent_id: 'a', channel_id: 'ci:1', metadata: { n: 1 } },
    ]);
    expect({
      id: session.sessionId,
      record: session.record,
      created: session.created,
      channel: session.channelId,
    }).toEqual({
      id: 's1',
      record: record({ channel_id: 'ci:1' }),
      created: false,
      channel: 'ci:1',
    });
  });

  test('a known session speaks for its connection until its record says otherwise', async () => {
    const daemon = await startDaemon();
    daemon.on('session.get', () => ({ session: record({ channel_id: 'ci:9' }) }));
    const session = await openSession(daemon);
    expect([session.record, session.channelId]).toEqual([undefined, 'runtime:client-0']);
    expect(await session.refresh()).toEqual(record({ channel_id: 'ci:9' }));
    expect(session.channelId).toBe('ci:9');
  });
});

describe('reporting', () => {
  test('gives the seq, and every write carries an id of its own', async () => {
    const daemon = await startDaemon();
    daemon.on('session.emit', () => ({ seq: 4 })).on('session.log', () => ({ seq: 5 }));
    const session = await openSession(daemon);
    const event = { event_type: 'status_update', message: 'planning' } as const;
    expect([await session.emit(event), await session.log('agent', 'hi', { eventId: 'e1' })]).toEqual([4, 5]);
    expect(payloads(daemon, 'session.emit')).toEqual([{ session_id: 's1', event, event_id: uuid }]);
    expect(payloads(daemon, 'session.log')).toEqual([
      { session_id: 's1', sender: 'agent', content: 'hi', event_id: 'e1' },
    ]);
  });

  test('a write in flight when the connection breaks is sent again as it was', async () => {
    const daemon = await startDaemon();
    daemon.on('session.emit', ({ from }) => {
      if (from.number > 0) return { seq: 4 };
      from.cut();
      return undefined;
    });
    const session = await openSession(daemon);
    expect(await session.emit({ event_type: 'goal_complete', goal_id: 'g' })).toBe(4);
    const [first, second] = payloads(daemon, 'session.emit');
    expect(second).toEqual(first);
  });
});

describe('inputs', () => {
  /** A daemon with inputs at the given seqs; after them the session has ended. */
  function withInputs(daemon: FakeDaemon, seqs: number[]): FakeDaemon {
    daemon.on('session.receive', ({ payload }) => {
      const after = Number(payload['after_seq']);
      const seq = seqs.find((each) => each > after);
      return seq === undefined
        ? { input: null, seq: after }
        : { input: { input_type: 'message', text: `${seq}` }, seq };
    });
    return daemon.on('session.get', () => ({ session: record({ state: 'completed' }) }));
  }

  test('come each once and in order, and end with the session', async () => {
    const daemon = withInputs(await startDaemon(), [3, 9]);
    const session = await openSession(daemon);
    const texts: unknown[] = [];
    for await (const input of session.inputs()) texts.push(input);
    expect(texts).toEqual([
      { input_type: 'message', text: '3' },
      { input_type: 'message', text: '9' },
    ]);
    expect(session.inputSeq).toBe(9);
  });

  test('two that wait at once get different ones', async () => {
    const daemon = withInputs(await startDaemon(), [3, 9]);
    const session = await openSession(daemon);
    const inputs = await Promise.all([session.receive(), session.receive(), session.receive()]);
    expect(inputs).toEqual([{ input_type: 'message', text: '3' }, { input_type: 'message', text: '9' }, null]);
  });

  test('can go on where another process was', async () => {
    const daemon = withInputs(await startDaemon(), [3, 9]);
    const runtime = await openRuntime(daemon);
    expect(await runtime.session('s1', { afterSeq: 3 }).receive(0)).toEqual({ input_type: 'message', text: '9' });
  });

  test('0 looks once, and a timeout is null', async () => {
    const daemon = await startDaemon();
    daemon.on('session.receive', ({ payload }) => ({ input: null, seq: payload['after_seq'] }));
    const session = await openSession(daemon);
    expect(await session.receive(0)).toBeNull();
    expect(payloads(daemon, 'session.receive')).toEqual([{ session_id: 's1', after_seq: 0, timeout_ms: 0 }]);
  });

  test('without a timeout the wait is renewed while the session lives', async () => {
    const daemon = await startDaemon();
    daemon.on('session.get', () => ({ session: record() }));
    daemon.on('session.receive', () =>
      daemon.seen('session.receive').length < 3 ? { input: null, seq: 0 } : { input: { input_type: 'abort' }, seq: 5 },
    );
    const session = await openSession(daemon);
    expect(await session.receive()).toEqual({ input_type: 'abort' });
  });

  test('an abort loses nothing: the next wait gets what the aborted one would have', async () => {
    const daemon = await startDaemon();
    daemon.on('session.receive', () => undefined);
    const session = await openSession(daemon);
    const abort = new AbortController();
    const waiting = session.receive(60_000, { signal: abort.signal });
    await daemon.until(() => daemon.seen('session.receive').length === 1);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const input = { input_type: 'message', text: 'hello' };
    for (const request of daemon.seen('session.receive')) request.from.reply(request, { input, seq: 3 });
    withInputs(daemon, [3]);
    expect(await session.receive(0)).toEqual({ input_type: 'message', text: '3' });
  });

  test('a session is a channel', async () => {
    const daemon = withInputs(await startDaemon(), [3]).on('session.emit', () => ({ seq: 4 }));
    const channel: SessionChannel = await openSession(daemon);
    await channel.emit({ event_type: 'waiting_for_input', prompt: 'more?' });
    expect([channel.channelId, await channel.receive(100)]).toEqual([
      'runtime:client-0',
      { input_type: 'message', text: '3' },
    ]);
  });
});

describe('ending', () => {
  test('sends the state and keeps the record', async () => {
    const daemon = await startDaemon();
    daemon.on('session.transition', ({ payload }) => ({
      session: record({ state: payload['state'] as Session['state'] }),
    }));
    const session = await openSession(daemon);
    const states = [
      await session.pause('lunch'),
      await session.resume(),
      await session.abort('no'),
      await session.complete(),
    ];
    expect(states.map(({ state }) => state)).toEqual(['paused', 'active', 'aborted', 'completed']);
    expect(payloads(daemon, 'session.transition')).toEqual([
      { session_id: 's1', state: 'paused', reason: 'lunch' },
      { session_id: 's1', state: 'active' },
      { session_id: 's1', state: 'aborted', reason: 'no' },
      { session_id: 's1', state: 'completed' },
    ]);
    expect(session.record).toEqual(record({ state: 'completed' }));
  });

  test('over a broken connection asks first whether it was done', async () => {
    const daemon = await startDaemon();
    daemon.on('session.transition', ({ from }) => {
      from.cut();
      return undefined;
    });
    daemon.on('session.get', () => ({ session: record({ state: 'completed' }) }));
    const session = await openSession(daemon);
    expect(await session.complete()).toEqual(record({ state: 'completed' }));
    expect(daemon.seen('session.transition').length).toBe(1);
  });

  test('over a broken connection does it again when it was not done', async () => {
    const daemon = await startDaemon();
    daemon.on('session.transition', ({ from }) => {
      if (from.number > 0) return { session: record({ state: 'completed' }) };
      from.cut();
      return undefined;
    });
    daemon.on('session.get', () => ({ session: record() }));
    const session = await openSession(daemon);
    expect(await session.complete()).toEqual(record({ state: 'completed' }));
  });

  test('a pause in flight is not sent again: an operator may have resumed it since', async () => {
    const daemon = await startDaemon();
    daemon.on('session.transition', ({ from }) => {
      from.cut();
      return undefined;
    });
    const session = await openSession(daemon);
    await expect(session.pause()).rejects.toMatchObject({ code: 'connection_lost', mayHaveHappened: true });
    expect(daemon.seen('session.transition').length).toBe(1);
  });

  test('hands on what the daemon refuses', async () => {
    const daemon = await startDaemon();
    daemon.on('session.transition', () => new Refusal('forbidden'));
    await expect((await openSession(daemon)).resume()).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'forbidden',
    });
  });
});
