import { expect, test } from 'vitest';
import { ownPeer } from '../support/own-peer.ts';
import type { Payload, RawClient } from './raw-client.ts';
import { startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: 'Deploy?' };

test('the answer says who decided, by which channel, and when', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { client_id } = await control.request('hello', { channel_id: 'cli:tty0' });
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
  await control.request('events.subscribe');
  const said = { value: true, reason: 'fine', answer_id: 'a1', responder_id: 'ada', responder_name: 'Ada L.' };
  const { verdict, ask: settled } = await control.request('ask.answer', { ask_id: ask.ask_id, ...said });
  const answer = {
    ...said,
    channel_id: 'cli:tty0',
    answered_at: expect.any(String),
    timed_out: false,
    assurance: 'guardrail',
    peer: ownPeer,
  };
  expect(verdict).toBe('won');
  expect(settled).toEqual({ ...ask, state: 'answered', changed_seq: ask.changed_seq + 1, answer });
  expect(await control.nextEvent()).toEqual({
    v: 1,
    seq: settled.changed_seq,
    at: expect.any(String),
    type: 'ask.settled',
    session_id: sessionId,
    by: { client_id, channel_id: 'cli:tty0', responder_id: 'ada', peer: ownPeer },
    payload: settled,
  });
  const other = await daemon.connect('control');
  const { client_id: otherId } = await other.request('hello');
  const second = (await runtime.request('ask.open', { ...approval, session_id: sessionId })).ask;
  const plain = (await other.request('ask.answer', { ask_id: second.ask_id, value: false })).ask.answer;
  expect(plain).toMatchObject({ responder_id: otherId, channel_id: `control:${otherId}`, value: false });
});

test("the winner's answer_id wins again; with another value it is conflict; all others have lost", async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
  const answer = { ask_id: ask.ask_id, value: true, answer_id: 'mine' };
  const { ask: settled } = await control.request('ask.answer', answer);
  for (let i = 0; i < 100; i++)
    expect(await control.request('ask.answer', answer)).toEqual({ verdict: 'won', ask: settled });
  expect((await control.refusal('ask.answer', { ...answer, value: false })).code).toBe('conflict');
  for (const answer_id of [undefined, 'other']) {
    expect(await control.request('ask.answer', { ...answer, answer_id })).toEqual({ verdict: 'lost', ask: settled });
  }
  await daemon.restart();
  const again = await daemon.connect('control');
  expect(await again.request('ask.answer', answer)).toEqual({ verdict: 'won', ask: settled });
});

test('a late answer to one ask settles no other', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const open = async () => (await runtime.request('ask.open', { ...approval, session_id: sessionId })).ask;
  const [first, second] = [await open(), await open()];
  await runtime.request('ask.cancel', { ask_id: first.ask_id });
  await control.request('ask.answer', { ask_id: first.ask_id, value: true, answer_id: 'a' });
  expect((await runtime.request('ask.get', { ask_id: second.ask_id })).ask).toEqual(second);
});

test('an answer whose value is an object is compared by content', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const items = [
    { item_id: 'a', label: 'A', kind: 'input' },
    { item_id: 'b', label: 'B', kind: 'input' },
  ];
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'form', message: '?', items });
  const answer = { ask_id: ask.ask_id, answer_id: 'x' };
  await control.request('ask.answer', { ...answer, value: { a: '1', b: '2' } });
  expect((await control.request('ask.answer', { ...answer, value: { b: '2', a: '1' } })).verdict).toBe('won');
  expect((await control.refusal('ask.answer', { ...answer, value: { a: '1' } })).code).toBe('conflict');
});

test('16 racers, 200 asks: one wins each, and everybody names the same winner', async () => {
  const { daemon, runtime, sessionId } = await startWithSession({ config: { limits: { asks_per_session: 200 } } });
  const racers: RawClient[] = [];
  for (let i = 0; i < 16; i++) racers.push(await daemon.connect('control'));
  const watcher = await daemon.connect('control');
  await watcher.request('events.subscribe', { types: ['ask.settled'] });
  const opened = await Promise.all(
    Array.from({ length: 200 }, () => runtime.request('ask.open', { ...approval, session_id: sessionId })),
  );
  const ids: string[] = opened.map(({ ask }) => ask.ask_id);
  const waits = ids.map((ask_id) => runtime.request('ask.wait', { ask_id }));
  const calls = racers.flatMap((racer, r) =>
    ids.map(async (ask_id): Promise<Payload> => {
      const request = { ask_id, value: r % 2 === 0, responder_id: `racer-${r}` };
      return { racer: `racer-${r}`, ...(await racer.request('ask.answer', request)) };
    }),
  );
  const replies = await Promise.all(calls);
  const told = await Promise.all(waits);
  const listed = (await watcher.request('ask.list', { state: 'answered', limit: 500 })).asks;
  const events = new Map<string, Payload>();
  for (let i = 0; i < 200; i++) {
    const { payload } = await watcher.nextEvent();
    events.set(payload.ask_id, payload);
  }
  for (const [i, ask_id] of ids.entries()) {
    const ofAsk = replies.filter(({ ask }) => ask.ask_id === ask_id);
    const winners = ofAsk.filter(({ verdict }) => verdict === 'won');
    expect(winners).toHaveLength(1);
    expect(winners[0].racer).toBe(winners[0].ask.answer.responder_id);
    const views = [...ofAsk.map(({ ask }) => ask), told[i].ask, listed[i], events.get(ask_id)];
    for (const view of views) expect(view).toEqual(winners[0].ask);
  }
});

test('answers race with cancels and expiry: one outcome, the same for all', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession({
    config: { limits: { asks_per_session: 50 } },
  });
  const other = await daemon.connect('control');
  const opened = await Promise.all(
    Array.from({ length: 50 }, () =>
      runtime.request('ask.open', { ...approval, session_id: sessionId, timeout_ms: 20 }),
    ),
  );
  await Promise.all(
    opened.map(async ({ ask: { ask_id } }, i) => {
      const outcomes = await Promise.all([
        control.request('ask.answer', { ask_id, value: true }),
        ...(i % 2 === 0
          ? [runtime.request('ask.cancel', { ask_id }).catch(() => runtime.request('ask.get', { ask_id }))]
          : []),
        other.request('ask.answer', { ask_id, value: false }),
        runtime.request('ask.wait', { ask_id }),
      ]);
      for (const { ask } of outcomes) expect(ask).toEqual(outcomes[0].ask);
      const { state } = outcomes[0].ask;
      const verdicts = [outcomes[0].verdict, outcomes.at(-2)?.verdict];
      if (state === 'answered') expect(verdicts.toSorted()).toEqual(['lost', 'won']);
      else expect(verdicts).toEqual([state, state]);
    }),
  );
});
