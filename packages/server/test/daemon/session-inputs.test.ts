import { expect, test } from 'vitest';
import { startWithSession } from './start-daemon.ts';

const hi = { input_type: 'message', text: 'hi' };

test('inputs come in order, by cursor, to whoever asks, after a restart too', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const inputs = [
    hi,
    { input_type: 'approve', draft_id: 'd', artifact_uri: 'file:///x' },
    { input_type: 'reject', draft_id: 'd', reason: 'no' },
    { input_type: 'abort' },
  ];
  const seqs: number[] = [];
  for (const input of inputs) seqs.push((await control.request('session.input', { session_id: sessionId, input })).seq);
  await daemon.restart();
  const again = await daemon.connect('runtime');
  let after_seq = 0;
  for (const [i, input] of inputs.entries()) {
    const got = await again.request('session.receive', { session_id: sessionId, after_seq, timeout_ms: 0 });
    expect(got).toEqual({ input, seq: seqs[i] });
    after_seq = got.seq;
  }
  const nothing = await again.request('session.receive', { session_id: sessionId, after_seq, timeout_ms: 0 });
  expect(nothing).toEqual({ input: null, seq: after_seq });
  expect(runtime.waiting).toEqual([]);
});

test('a wait ends with the input, or with nothing at its timeout', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const started = performance.now();
  const nothing = await runtime.request('session.receive', { session_id: sessionId, after_seq: 0, timeout_ms: 60 });
  expect(nothing).toEqual({ input: null, seq: 0 });
  expect(performance.now() - started).toBeGreaterThan(50);
  const waiting = runtime.request('session.receive', { session_id: sessionId, timeout_ms: 3_155_760_000_000 });
  const { seq } = await control.request('session.input', { session_id: sessionId, input: hi });
  expect(await waiting).toEqual({ input: hi, seq });
});

test('the same input_id has one effect and the same seq; for something else it is conflict', async () => {
  const { daemon, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['session.input'] });
  const request = { session_id: sessionId, input: hi, input_id: 'i1' };
  const { seq } = await control.request('session.input', request);
  expect((await control.nextEvent())['payload']).toEqual({ ...hi, input_id: 'i1' });
  expect(await control.request('session.input', request)).toEqual({ seq });
  const other = { ...request, input: { input_type: 'message', text: 'ho' } };
  expect((await control.refusal('session.input', other)).code).toBe('conflict');
  await daemon.restart();
  const again = await daemon.connect('control');
  expect(await again.request('session.input', request)).toEqual({ seq });
  // The one event after it is the stop of the first daemon.
  expect((await again.request('daemon.status')).journal.head_seq).toBe(seq + 1);
});

test('inputs that are none', async () => {
  const { control, sessionId } = await startWithSession();
  const wrong = [
    undefined,
    'hi',
    {},
    { input_type: 'message' },
    { input_type: 'reject', draft_id: 'd' },
    { ...hi, more: 1 },
    { input_type: 'shout', text: 'hi' },
  ];
  for (const input of wrong) {
    expect((await control.refusal('session.input', { session_id: sessionId, input })).code).toBe('invalid_payload');
  }
});

test('two waits of one session get the same input; a client that went gets none', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const other = await daemon.connect('runtime');
  const gone = await daemon.connect('runtime');
  const wait = { session_id: sessionId };
  gone.send({ v: 1, id: 'w', type: 'session.receive', payload: wait });
  await gone.request('ping');
  const waits = [runtime.request('session.receive', wait), other.request('session.receive', wait)];
  gone.close();
  const { seq } = await control.request('session.input', { session_id: sessionId, input: hi });
  expect(await Promise.all(waits)).toEqual([
    { input: hi, seq },
    { input: hi, seq },
  ]);
});
