import { expect, test } from 'vitest';
import type { Payload } from './raw-client.ts';
import { startDaemon, startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: 'Deploy?' };

test('an ask is opened with what it says and the defaults; the event is the whole ask', async () => {
  const { runtime, control, session, sessionId } = await startWithSession();
  await control.request('events.subscribe');
  const said = {
    session_id: sessionId,
    key: 'k',
    kind: 'choice',
    message: 'Which?',
    description: 'd',
    label: 'l',
    options: [
      { label: 'A', value: 'a', style: 'danger', description: 'x' },
      { label: 'B', value: 2 },
    ],
    multiple: true,
    default_value: ['a'],
    timeout_ms: 60_000,
    on_timeout: 'use_default',
    urgency: 'advisory',
    risk: 'destructive',
    subject: 's',
    context: [{ name: 'n', value: 'v', url: 'https://x' }],
    metadata: { m: 1 },
  };
  const { ask, created } = await runtime.request('ask.open', said);
  expect(created).toBe(true);
  expect(ask).toEqual({
    ...said,
    items: [],
    ask_id: expect.stringMatching(/^ask_[0-9a-f]{32}$/),
    session_name: session.name,
    opened_at: expect.any(String),
    expires_at: new Date(Date.parse(ask.opened_at) + 60_000).toISOString(),
    changed_seq: session.changed_seq + 1,
    state: 'pending',
  });
  const event = await control.nextEvent();
  expect(event).toMatchObject({ seq: ask.changed_seq, at: ask.opened_at, type: 'ask.opened', session_id: sessionId });
  expect(event['payload']).toEqual(ask);
  const plain = (await runtime.request('ask.open', { ...approval, session_id: sessionId })).ask;
  expect(plain).toMatchObject({ options: [], context: [], items: [], on_timeout: 'expire', urgency: 'blocking' });
  expect((await control.request('session.get', { session_id: sessionId })).session.pending_asks).toBe(2);
  expect((await control.request('daemon.status')).pending_asks).toBe(2);
});

test('the same key is the same ask, answered or not, after a restart and the end of the session', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const request = { ...approval, session_id: sessionId, key: 'k' };
  const { ask } = await runtime.request('ask.open', request);
  expect(await runtime.request('ask.open', request)).toEqual({ ask, created: false });
  const later = { ...request, metadata: { other: true }, timeout_ms: 9_999, options: [], context: [], items: [] };
  expect(await runtime.request('ask.open', later)).toEqual({ ask, created: false });
  const { ask: answered } = await control.request('ask.answer', { ask_id: ask.ask_id, value: true });
  expect(await runtime.request('ask.open', request)).toEqual({ ask: answered, created: false });
  await control.request('session.abort', { session_id: sessionId });
  await daemon.restart();
  const again = await daemon.connect('runtime');
  expect(await again.request('ask.open', request)).toEqual({ ask: answered, created: false });
  const { session } = await again.request('session.open', { name: 'other' });
  expect((await again.request('ask.open', { ...request, session_id: session.session_id })).created).toBe(true);
});

const content = {
  kind: 'choice',
  message: 'm',
  options: [
    { label: 'A', value: 'a' },
    { label: 'B', value: 'b' },
  ],
};

test.each([
  { message: 'M' },
  { options: [{ label: 'A', value: 'a' }] },
  { options: content.options.toReversed() },
  { options: [{ label: 'A', value: 'a', style: 'danger' }, content.options[1]] },
  { description: 'd' },
  { label: 'l' },
  { multiple: true },
  { default_value: 'a' },
  { urgency: 'advisory' },
  { risk: 'destructive' },
  { subject: 's' },
  { context: [{ name: 'n', value: 'v' }] },
  { kind: 'approval', options: [] },
  { on_timeout: 'use_default', default_value: 'a' },
])('a key with other content, %j, is conflict', async (other) => {
  const { runtime, control, sessionId } = await startWithSession();
  const request = { ...content, session_id: sessionId, key: 'k' };
  const { ask } = await runtime.request('ask.open', request);
  expect((await runtime.refusal('ask.open', { ...request, ...other })).code).toBe('conflict');
  await control.request('ask.answer', { ask_id: ask.ask_id, value: 'a' });
  expect((await runtime.refusal('ask.open', { ...request, ...other })).code).toBe('conflict');
});

test.each([
  { kind: 'question' },
  { kind: 'approval', message: '' },
  { kind: 'approval', options: [{ label: 'A' }] },
  { kind: 'choice' },
  { kind: 'choice', options: [] },
  {
    kind: 'choice',
    options: [
      { label: 'A', value: 'a' },
      { label: 'B', value: 'a' },
    ],
  },
  { kind: 'form' },
  { kind: 'form', items: [{ item_id: 'a', label: 'A', kind: 'form' }] },
  {
    kind: 'form',
    items: [
      { item_id: 'a', label: 'A', kind: 'input' },
      { item_id: 'a', label: 'B', kind: 'input' },
    ],
  },
  { kind: 'approval', multiple: true },
  { kind: 'approval', schema: { type: 'string' } },
  { kind: 'approval', secret: true },
  { kind: 'input', schema: { type: 'string', pattern: '(a+)+$' } },
  { kind: 'input', schema: { type: 'null' } },
  { kind: 'input', secret: true, key: 'k' },
  { kind: 'input', secret: true, default_value: 'x' },
  { kind: 'approval', on_timeout: 'use_default' },
  { kind: 'approval', default_value: 'yes' },
  { kind: 'approval', timeout_ms: -1 },
  { kind: 'approval', timeout_ms: 1.5 },
  { kind: 'approval', on_timeout: 'approve' },
  { kind: 'approval', urgency: 'now' },
  { kind: 'approval', ask_id: 'ask_mine' },
  { kind: 'approval', state: 'answered' },
])('%j opens nothing', async (fields) => {
  const { runtime, control, sessionId } = await startWithSession();
  const error = await runtime.refusal('ask.open', { message: 'm', session_id: sessionId, ...fields });
  expect(error).toMatchObject({ code: 'invalid_payload', details: { issues: expect.any(Array) } });
  expect((await control.request('ask.list')).asks).toEqual([]);
});

test('ask.wait comes at once when settled, else when it settles or the timeout passes', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
  const wait = (timeout_ms?: number) =>
    runtime.request('ask.wait', { ask_id: ask.ask_id, ...(timeout_ms !== undefined && { timeout_ms }) });
  expect(await wait(0)).toEqual({ ask });
  const started = performance.now();
  expect(await wait(50)).toEqual({ ask });
  expect(performance.now() - started).toBeGreaterThan(40);
  const other = await daemon.connect('runtime');
  const waits = [wait(), wait(60_000), other.request('ask.wait', { ask_id: ask.ask_id })];
  await other.request('ping');
  const { ask: settled } = await control.request('ask.answer', { ask_id: ask.ask_id, value: false, reason: 'no' });
  expect(await Promise.all(waits)).toEqual([{ ask: settled }, { ask: settled }, { ask: settled }]);
  expect(await wait()).toEqual({ ask: settled });
});

test('ask.cancel settles once, with its reason; again it is the same, after an answer it is conflict', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const open = async () => (await runtime.request('ask.open', { ...approval, session_id: sessionId })).ask;
  const { ask_id } = await open();
  const waiting = runtime.request('ask.wait', { ask_id });
  const { ask } = await runtime.request('ask.cancel', { ask_id, reason: 'no longer' });
  expect(ask).toMatchObject({ state: 'cancelled', state_reason: 'no longer' });
  expect(ask).not.toHaveProperty('answer');
  expect(await waiting).toEqual({ ask });
  expect(await runtime.request('ask.cancel', { ask_id })).toEqual({ ask });
  expect(await control.request('ask.answer', { ask_id, value: true })).toEqual({ verdict: 'cancelled', ask });
  const second = await open();
  await control.request('ask.answer', { ask_id: second.ask_id, value: true });
  expect(await runtime.refusal('ask.cancel', { ask_id: second.ask_id })).toMatchObject({
    code: 'conflict',
    details: { from: 'answered', to: 'cancelled' },
  });
});

test('asks are listed in order of creation, by state and session, page by page', async () => {
  const daemon = await startDaemon();
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  const [a, b] = [
    (await runtime.request('session.open', { name: 'a' })).session.session_id,
    (await runtime.request('session.open', { name: 'b' })).session.session_id,
  ];
  const asks: Payload[] = [];
  for (const session_id of [a, b, a, b, a]) {
    asks.push((await runtime.request('ask.open', { ...approval, session_id })).ask);
  }
  const ids = async (payload: object) => {
    const { asks: page, next } = await control.request('ask.list', payload);
    return { ids: page.map((ask: { ask_id: string }) => asks.findIndex(({ ask_id }) => ask_id === ask.ask_id)), next };
  };
  const { ask: answered } = await control.request('ask.answer', { ask_id: asks[1].ask_id, value: true });
  expect((await control.request('ask.list')).asks).toEqual([asks[0], answered, asks[2], asks[3], asks[4]]);
  expect(await ids({ state: 'answered' })).toEqual({ ids: [1] });
  expect(await ids({ session_id: b })).toEqual({ ids: [1, 3] });
  expect(await ids({ session_id: b, state: 'pending' })).toEqual({ ids: [3] });
  const first = await ids({ session_id: a, limit: 2 });
  expect(first.ids).toEqual([0, 2]);
  expect(await ids({ session_id: a, limit: 2, after: first.next })).toEqual({ ids: [4] });
  const { next } = await control.request('session.list', { limit: 1 });
  expect((await control.refusal('ask.list', { after: next })).code).toBe('invalid_payload');
});

test('an ask outlives its asker and the daemon, and stays pending with nobody connected', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
  runtime.close();
  control.close();
  await daemon.restart();
  const operator = await daemon.connect('control');
  expect((await operator.request('ask.list', { state: 'pending' })).asks).toEqual([ask]);
  await operator.request('ask.answer', { ask_id: ask.ask_id, value: true });
  const asker = await daemon.connect('runtime');
  expect((await asker.request('ask.wait', { ask_id: ask.ask_id })).ask.answer.value).toBe(true);
});

test('an unknown ask is not_found everywhere', async () => {
  const { runtime, control } = await startWithSession();
  const ask_id = 'ask_00000000000000000000000000000000';
  for (const type of ['ask.get', 'ask.wait', 'ask.cancel']) {
    expect((await runtime.refusal(type, { ask_id })).code).toBe('not_found');
  }
  expect((await control.refusal('ask.get', { ask_id })).code).toBe('not_found');
  expect((await control.refusal('ask.answer', { ask_id, value: true })).code).toBe('not_found');
});
