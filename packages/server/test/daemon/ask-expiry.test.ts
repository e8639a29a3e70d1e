import { expect, test } from 'vitest';
import { MovableClock } from './movable-clock.ts';
import { startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: 'Deploy?' };
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

test("an ask expires at its deadline: an event of the daemon's own, and a late answer is expired", async () => {
  const { runtime, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['ask.settled'] });
  const { ask } = await runtime.request('ask.open', {
    ...approval,
    session_id: sessionId,
    timeout_ms: 30,
    default_value: true,
  });
  const { ask: expired } = await runtime.request('ask.wait', { ask_id: ask.ask_id });
  expect(expired).toEqual({ ...ask, state: 'expired', changed_seq: ask.changed_seq + 1 });
  const event = await control.nextEvent();
  expect(event['payload']).toEqual(expired);
  expect(event).not.toHaveProperty('by');
  expect(Date.parse(event['at'])).toBeGreaterThanOrEqual(Date.parse(ask.expires_at));
  expect(await control.request('ask.answer', { ask_id: ask.ask_id, value: true })).toEqual({
    verdict: 'expired',
    ask: expired,
  });
  expect(await runtime.refusal('ask.cancel', { ask_id: ask.ask_id })).toMatchObject({
    code: 'conflict',
    details: { from: 'expired', to: 'cancelled' },
  });
});

test('use_default answers with the default, timed_out; a later answer has lost', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const request = {
    ...approval,
    session_id: sessionId,
    timeout_ms: 20,
    default_value: true,
    on_timeout: 'use_default',
  };
  const { ask } = await runtime.request('ask.open', request);
  const { ask: settled } = await runtime.request('ask.wait', { ask_id: ask.ask_id });
  expect(settled.state).toBe('answered');
  expect(settled.answer).toEqual({
    value: true,
    responder_id: 'daemon',
    channel_id: 'daemon',
    answered_at: expect.any(String),
    timed_out: true,
    assurance: 'guardrail',
  });
  expect(await control.request('ask.answer', { ask_id: ask.ask_id, value: false })).toEqual({
    verdict: 'lost',
    ask: settled,
  });
});

test('while the daemon is paused a default is not used: the ask expires', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  await control.request('daemon.pause');
  const request = {
    ...approval,
    session_id: sessionId,
    timeout_ms: 20,
    default_value: true,
    on_timeout: 'use_default',
  };
  const { ask } = await runtime.request('ask.open', request);
  expect((await runtime.request('ask.wait', { ask_id: ask.ask_id })).ask.state).toBe('expired');
  await control.request('daemon.resume');
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask.state).toBe('expired');
});

test('an answer at or after the deadline is expired, timer fired or not', async () => {
  const clock = new MovableClock();
  const { runtime, control, sessionId } = await startWithSession({ clock });
  const open = async () =>
    (await runtime.request('ask.open', { ...approval, session_id: sessionId, timeout_ms: HOUR })).ask;
  const asks = [await open(), await open(), await open()];
  // A suspend: no timer has fired yet.
  clock.elapsedAheadMs += HOUR;
  expect((await control.request('ask.answer', { ask_id: asks[0].ask_id, value: true })).verdict).toBe('expired');
  expect((await runtime.request('ask.wait', { ask_id: asks[1].ask_id })).ask.state).toBe('expired');
  expect((await control.request('ask.get', { ask_id: asks[2].ask_id })).ask.state).toBe('expired');
});

test.each([HOUR, -HOUR, YEAR, -YEAR, Date.UTC(2038, 0, 20) - Date.now()])(
  'the wall clock moved by %d ms moves no deadline, over a restart too',
  async (moved) => {
    const clock = new MovableClock();
    const { daemon, runtime, control, sessionId } = await startWithSession({ clock });
    const open = async (timeout_ms: number) =>
      (await runtime.request('ask.open', { ...approval, session_id: sessionId, timeout_ms })).ask;
    const [soon, later, last] = [await open(60), await open(HOUR), await open(YEAR)];
    clock.wallAheadMs += moved;
    expect((await control.request('ask.get', { ask_id: later.ask_id })).ask.state).toBe('pending');
    expect((await runtime.request('ask.wait', { ask_id: soon.ask_id })).ask.state).toBe('expired');
    await daemon.restart({ clock });
    const again = await daemon.connect('control');
    expect((await again.request('ask.get', { ask_id: later.ask_id })).ask).toEqual(later);
    clock.elapsedAheadMs += HOUR;
    expect((await again.request('ask.get', { ask_id: later.ask_id })).ask.state).toBe('expired');
    expect((await again.request('ask.answer', { ask_id: last.ask_id, value: true })).verdict).toBe('won');
  },
);

test('after a boot the wall time decides: what was due while the machine was off is expired at the start', async () => {
  const clock = new MovableClock();
  const { daemon, runtime, control, sessionId } = await startWithSession({ clock });
  const open = async (timeout_ms?: number) =>
    (await runtime.request('ask.open', { ...approval, session_id: sessionId, ...(timeout_ms && { timeout_ms }) })).ask;
  const [due, later, never] = [await open(HOUR), await open(3 * HOUR), await open()];
  const head = (await control.request('daemon.status')).journal.head_seq;
  await daemon.daemon.close();
  const booted = new MovableClock();
  Object.assign(booted, { bootId: 'boot-2', wallAheadMs: 2 * HOUR, elapsedAheadMs: -performance.now() });
  await daemon.restart({ clock: booted });
  const again = await daemon.connect('control');
  // The stop of the first daemon, then the expiry that nobody asked for.
  await again.request('events.subscribe', { after_seq: head, types: ['ask.settled'] });
  expect((await again.nextEvent())['payload']).toMatchObject({ ask_id: due.ask_id, state: 'expired' });
  expect((await again.request('ask.list', { state: 'pending' })).asks).toEqual([later, never]);
  booted.elapsedAheadMs += HOUR + 1_000;
  expect((await again.request('ask.answer', { ask_id: later.ask_id, value: true })).verdict).toBe('expired');
  expect((await again.request('ask.answer', { ask_id: never.ask_id, value: true })).verdict).toBe('won');
});

test('a stop and a restart settle nothing', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId, timeout_ms: HOUR });
  runtime.send({ v: 1, id: 'w', type: 'ask.wait', payload: { ask_id: ask.ask_id } });
  await runtime.request('ping');
  const stopped = daemon.stop();
  expect((await runtime.reply('w'))['error'].code).toBe('shutting_down');
  await stopped;
  await daemon.restart();
  expect((await (await daemon.connect('runtime')).request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
});
