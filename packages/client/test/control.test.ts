import { describe, expect, test } from 'vitest';
import type { Control } from '../src/index.ts';
import { openControl, startDaemon } from './support/cleanup.ts';
import type { FakeDaemon } from './support/fake-daemon.ts';

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const payloads = (daemon: FakeDaemon, type: string): unknown[] => daemon.seen(type).map(({ payload }) => payload);

describe('each method is one request of the wire', () => {
  const session = { session_id: 's1' };
  const ask = { ask_id: 'a1' };
  const rows: [string, (control: Control) => Promise<unknown>, object, object, unknown][] = [
    ['daemon.status', (c) => c.status(), {}, { pid: 1 }, { pid: 1 }],
    ['daemon.pause', (c) => c.pause('lunch'), { reason: 'lunch' }, { state: 'paused' }, { state: 'paused' }],
    ['daemon.resume', (c) => c.resume(), {}, { state: 'monitoring' }, { state: 'monitoring' }],
    ['daemon.reload', (c) => c.reload(), {}, { changed: [], needs_restart: [] }, { changed: [], needs_restart: [] }],
    ['daemon.stop', (c) => c.stop(), {}, {}, undefined],
    ['session.get', (c) => c.session('s1'), session, { session }, session],
    ['session.pause', (c) => c.pauseSession('s1', 'r'), { ...session, reason: 'r' }, { session }, session],
    ['session.resume', (c) => c.resumeSession('s1'), session, { session }, session],
    ['session.abort', (c) => c.abortSession('s1'), session, { session }, session],
    [
      'session.input',
      (c) => c.input('s1', { input_type: 'abort' }, { inputId: 'i1' }),
      { ...session, input: { input_type: 'abort' }, input_id: 'i1' },
      { seq: 7 },
      7,
    ],
    ['ask.get', (c) => c.ask('a1'), ask, { ask }, ask],
    [
      'ask.answer',
      (c) => c.answer('a1', 'reject', { reason: 'r', answerId: 'x', responderId: 'me', responderName: 'Me' }),
      { ...ask, value: 'reject', reason: 'r', answer_id: 'x', responder_id: 'me', responder_name: 'Me' },
      { verdict: 'won', ask },
      { verdict: 'won', ask },
    ],
    ['client.list', (c) => c.clients(), {}, { clients: [{ client_id: 'c' }] }, [{ client_id: 'c' }]],
    ['client.disconnect', (c) => c.disconnectClient('c', 'r'), { client_id: 'c', reason: 'r' }, {}, undefined],
  ];

  test.each(rows)('%s', async (type, call, payload, reply, result) => {
    const daemon = await startDaemon();
    daemon.on(type, () => ({ ...reply }));
    expect(await call(await openControl(daemon))).toEqual(result);
    expect(payloads(daemon, type)).toEqual([payload]);
  });
});

test('an answer and an input carry an id of their own, another each time', async () => {
  const daemon = await startDaemon();
  daemon.on('ask.answer', () => ({ verdict: 'won', ask: {} })).on('session.input', () => ({ seq: 1 }));
  const control = await openControl(daemon);
  await control.answer('a1', true);
  await control.answer('a1', true);
  await control.input('s1', { input_type: 'abort' });
  const [first, second] = payloads(daemon, 'ask.answer');
  expect(first).toEqual({ ask_id: 'a1', value: true, answer_id: uuid });
  expect(second).not.toEqual(first);
  expect(payloads(daemon, 'session.input')).toEqual([
    { session_id: 's1', input: { input_type: 'abort' }, input_id: uuid },
  ]);
});

test('an answer that was sent again and won the first time has won, whatever a secret ask says of it', async () => {
  const daemon = await startDaemon();
  const ours = (answer_id: unknown): Record<string, unknown> => ({
    verdict: 'lost',
    ask: { ask_id: 'a1', answer: { answer_id } },
  });
  daemon.on('ask.answer', ({ payload }) => ours(payload['value'] === 'mine' ? payload['answer_id'] : 'another'));
  const control = await openControl(daemon);
  expect((await control.answer('a1', 'mine')).verdict).toBe('won');
  expect((await control.answer('a1', 'theirs')).verdict).toBe('lost');
  // A given id may have come with another value before.
  expect((await control.answer('a1', 'mine', { answerId: 'x' })).verdict).toBe('lost');
});

describe('lists are read to their end', () => {
  test('sessions and asks by the opaque cursor, with the filter on each page', async () => {
    const daemon = await startDaemon();
    const page = (payload: Record<string, unknown>, noun: string): Record<string, unknown> =>
      payload['after'] === undefined ? { [noun]: [1, 2], next: 'p2' } : { [noun]: [3] };
    daemon
      .on('session.list', ({ payload }) => page(payload, 'sessions'))
      .on('ask.list', ({ payload }) => page(payload, 'asks'));
    const control = await openControl(daemon);
    expect(await control.sessions({ state: 'active' })).toEqual([1, 2, 3]);
    expect(await control.asks({ state: 'pending', sessionId: 's1' })).toEqual([1, 2, 3]);
    expect(payloads(daemon, 'session.list')).toEqual([
      { state: 'active', limit: 500 },
      { state: 'active', limit: 500, after: 'p2' },
    ]);
    expect(payloads(daemon, 'ask.list')).toEqual([
      { state: 'pending', session_id: 's1', limit: 500 },
      { state: 'pending', session_id: 's1', limit: 500, after: 'p2' },
    ]);
  });

  test('messages by their seq', async () => {
    const daemon = await startDaemon();
    daemon.on('session.messages', ({ payload }) =>
      payload['after_seq'] === 9 ? { messages: ['c'] } : { messages: ['a', 'b'], next: 9 },
    );
    const control = await openControl(daemon);
    expect(await control.messages('s1', { afterSeq: 4 })).toEqual(['a', 'b', 'c']);
    expect(payloads(daemon, 'session.messages')).toEqual([
      { session_id: 's1', after_seq: 4, limit: 500 },
      { session_id: 's1', after_seq: 9, limit: 500 },
    ]);
  });

  test('an empty one is an empty list', async () => {
    const daemon = await startDaemon();
    daemon.on('session.list', () => ({ sessions: [] }));
    expect(await (await openControl(daemon)).sessions()).toEqual([]);
  });
});
