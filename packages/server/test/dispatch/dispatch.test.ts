import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FailingJournal, type Step } from '../support/failing-journal.ts';
import { type Client, createClient, createRig, errorOf, payloadOf, type Rig } from '../support/rig.ts';
import { tempDirectory } from '../support/temp-directory.ts';

const STORAGE_FAILED = { code: 'storage_failed', message: 'the journal could not be written' };
const STEPS: Step[] = ['begin', 'append', 'commit'];

afterEach(() => {
  vi.useRealTimers();
});

describe('a line', () => {
  test.each([
    ['no JSON', '{', { id: null, error: { code: 'malformed_json', message: 'the line is not JSON in UTF-8' } }],
    [
      'an unknown type',
      '{"v":1,"id":"7","type":"no.such"}',
      { id: '7', error: { code: 'unsupported_type', message: 'the daemon offers no such type' } },
    ],
    [
      'the wrong door',
      '{"v":1,"id":"7","type":"daemon.stop"}',
      {
        id: '7',
        error: {
          code: 'forbidden',
          message: 'this type is not offered on runtime.sock',
          details: { reason: 'wrong_door' },
        },
      },
    ],
    [
      'a key of Object',
      '{"v":1,"id":"7","type":"toString"}',
      { id: '7', error: { code: 'unsupported_type', message: 'the daemon offers no such type' } },
    ],
  ])('with %s is refused and changes nothing', (_name, line, reply) => {
    const { rig, agent } = start();
    rig.core.dispatch.receive(Buffer.from(line), agent);
    expect(agent.replies).toEqual([reply]);
    expect(rig.journal.headSeq).toBe(0);
  });

  test('that only reads is answered at once', () => {
    const { rig, agent } = start();
    rig.send(agent, 'ping', { nonce: 'n' });
    expect(agent.replies).toEqual([{ id: 'r', payload: { nonce: 'n', at: '2026-11-20T12:00:00.000Z' } }]);
  });

  test('that writes is answered after the commit, and so is what reads meanwhile', async () => {
    const { rig, agent, operator } = start();
    rig.send(agent, 'session.open', { name: 'nightly' });
    rig.send(operator, 'session.list');
    expect([agent.replies, operator.replies]).toEqual([[], []]);
    await nextTurn();
    const { session } = payloadOf(agent.replies[0]);
    expect(payloadOf(operator.replies[0])).toEqual({ sessions: [session] });
  });

  test('whose reply would be above the frame limit says so instead', () => {
    const { rig, agent } = start('limits: { frame_bytes: 4096, metadata_bytes: 8192 }');
    const session_id = openSession(rig, agent);
    rig.ask(agent, 'session.log', { session_id, sender: 'a', content: 'x'.repeat(2_000) });
    const error = errorOf(rig.ask(agent, 'session.log', { session_id, sender: 'a', content: 'é'.repeat(2_000) }));
    expect(error.details).toEqual({ issues: [{ path: '', message: 'would leave as a line above 4096 bytes' }] });
    expect(rig.journal.headSeq).toBe(2);
  });
});

describe('a method that fails half-way', () => {
  test('leaves nothing, and the turn it was in fails for all', () => {
    const { rig, agent, operator } = start();
    const session_id = openSession(rig, agent);
    rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'in the same turn' });
    const { secrets } = rig.journal;
    secrets.put = () => {
      throw new TypeError('the secret');
    };
    const ask_id = openAsk(rig, agent, { session_id, kind: 'input', secret: true });
    const head = rig.journal.headSeq;
    rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'dragged along' });
    rig.send(operator, 'ask.answer', { ask_id, value: 'hunter2' });
    rig.core.turn.commit();
    expect(errorOf(agent.replies.at(-1))).toEqual(STORAGE_FAILED);
    expect(errorOf(operator.replies.at(-1))).toEqual(STORAGE_FAILED);
    expect(rig.journal.headSeq).toBe(head);
    expect(payloadOf(rig.ask(operator, 'ask.get', { ask_id }))).toMatchObject({ ask: { state: 'pending' } });
  });
});

describe.each(STEPS)('when the journal fails at %s', (step) => {
  test('a write is storage_failed, once, and has changed nothing', async () => {
    const { rig, agent, operator, failing } = start();
    const session_id = openSession(rig, agent);
    failing.failing = step;
    rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'lost' });
    for (let i = 0; i < 5; i++) await nextTurn();
    expect(errorOf(agent.replies.at(-1))).toEqual(STORAGE_FAILED);
    expect([agent.replies.length, failing.tries]).toEqual([2, 1]);
    failing.failing = undefined;
    expect(rig.journal.headSeq).toBe(1);
    expect(payloadOf(rig.ask(operator, 'session.get', { session_id }))).toMatchObject({
      session: { message_count: 0 },
    });
    expect(payloadOf(rig.ask(agent, 'session.log', { session_id, sender: 'a', content: 'kept' }))).toEqual({ seq: 2 });
  });

  test('a read of the same turn is read again and tells what is on disk', () => {
    const { rig, agent, operator, failing } = start();
    const session_id = openSession(rig, agent);
    failing.failing = step;
    rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'lost' });
    rig.send(operator, 'session.get', { session_id });
    rig.core.turn.commit();
    expect(payloadOf(operator.replies.at(-1))).toMatchObject({ session: { message_count: 0, changed_seq: 1 } });
  });

  test('a key that was lost is free again', () => {
    const { rig, agent, failing } = start();
    failing.failing = step;
    expect(errorOf(rig.ask(agent, 'session.open', { name: 'n', key: 'k' }))).toEqual(STORAGE_FAILED);
    failing.failing = undefined;
    expect(payloadOf(rig.ask(agent, 'session.open', { name: 'n', key: 'k' }))).toMatchObject({ created: true });
  });
});

describe('a wait', () => {
  test('is answered when its ask settles, after the commit', () => {
    const { rig, agent, operator } = start();
    const ask_id = openAsk(rig, agent, { session_id: openSession(rig, agent) });
    rig.send(agent, 'ask.wait', { ask_id });
    expect(agent.parked).toBe(1);
    rig.send(operator, 'ask.answer', { ask_id, value: true });
    expect(agent.unparked).toEqual([]);
    rig.core.turn.commit();
    expect(agent.parked).toBe(0);
    expect(payloadOf(agent.unparked[0])).toMatchObject({ ask: { ask_id, state: 'answered', answer: { value: true } } });
  });

  test('for what is there already is no wait', () => {
    const { rig, agent, operator } = start();
    const ask_id = openAsk(rig, agent, { session_id: openSession(rig, agent) });
    rig.ask(operator, 'ask.answer', { ask_id, value: false });
    const reply = rig.ask(agent, 'ask.wait', { ask_id });
    expect([agent.parked, payloadOf(reply)]).toMatchObject([0, { ask: { state: 'answered' } }]);
  });

  test('of 0 ms looks once', () => {
    const { rig, agent } = start();
    const session_id = openSession(rig, agent);
    expect(payloadOf(rig.ask(agent, 'session.receive', { session_id, timeout_ms: 0 }))).toEqual({
      input: null,
      seq: 0,
    });
    expect(agent.parked).toBe(0);
  });

  test('beyond the limit is refused, until another one ends', () => {
    const { rig, agent, operator } = start('limits: { waits: 1 }');
    const session_id = openSession(rig, agent);
    rig.send(agent, 'session.receive', { session_id });
    expect(errorOf(rig.ask(agent, 'session.receive', { session_id }))).toEqual({
      code: 'too_many_in_flight',
      message: 'a connection has 1 waits at most',
      details: { limit: 1 },
    });
    rig.ask(operator, 'session.input', { session_id, input: { input_type: 'message', text: 'go' } });
    rig.send(agent, 'session.receive', { session_id, after_seq: 2 });
    expect(agent.parked).toBe(1);
  });

  test('of a client that has gone is not kept', () => {
    const { rig, agent, operator } = start();
    const session_id = openSession(rig, agent);
    rig.send(agent, 'session.receive', { session_id });
    rig.core.clientLeft(agent.clientId);
    rig.ask(operator, 'session.input', { session_id, input: { input_type: 'message', text: 'go' } });
    expect(agent.unparked).toEqual([]);
  });

  test('is not answered with what a failed commit took back', () => {
    const { rig, agent, operator, failing } = start();
    const session_id = openSession(rig, agent);
    rig.send(agent, 'session.receive', { session_id });
    failing.failing = 'commit';
    rig.send(operator, 'session.input', { session_id, input: { input_type: 'message', text: 'lost' } });
    rig.core.turn.commit();
    expect([agent.parked, agent.unparked]).toEqual([1, []]);
    failing.failing = undefined;
    const input = { input_type: 'message', text: 'kept' };
    rig.ask(operator, 'session.input', { session_id, input });
    expect(payloadOf(agent.unparked[0])).toEqual({ input, seq: 2 });
  });

  test('that times out in a turn that fails does not tell what that turn took back', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { rig, agent, operator, failing } = start();
    const session_id = openSession(rig, agent);
    rig.send(agent, 'session.receive', { session_id, timeout_ms: 100 });
    failing.failing = 'commit';
    rig.send(operator, 'session.input', { session_id, input: { input_type: 'message', text: 'lost' } });
    rig.clock.advance(100);
    vi.advanceTimersByTime(100);
    rig.core.turn.commit();
    expect(agent.unparked.map(payloadOf)).toEqual([{ input: null, seq: 0 }]);
  });

  test('that saw the next turn, which fails, goes on', () => {
    const { rig, agent, operator, failing } = start();
    const session_id = openSession(rig, agent);
    const input = { input_type: 'message', text: 'go' };
    rig.send(agent, 'session.receive', { session_id, after_seq: 2 });
    const answer = operator.answer;
    operator.answer = (line) => {
      answer(line);
      operator.answer = answer;
      rig.send(operator, 'session.input', { session_id, input: { ...input, text: 'lost' } });
      failing.failing = 'commit';
    };
    rig.send(operator, 'session.input', { session_id, input });
    rig.core.turn.commit();
    rig.core.turn.commit();
    expect([agent.parked, agent.unparked, errorOf(operator.replies.at(-1))]).toEqual([1, [], STORAGE_FAILED]);
    failing.failing = undefined;
    rig.ask(operator, 'session.input', { session_id, input: { ...input, text: 'kept' } });
    expect(agent.unparked.map(payloadOf)).toEqual([{ input: { ...input, text: 'kept' }, seq: 3 }]);
  });
});

test('what is stopping takes ping and daemon.status only', () => {
  const { rig, agent, operator } = start();
  const session_id = openSession(rig, agent);
  rig.send(agent, 'session.receive', { session_id });
  rig.core.beginStop();
  const stopping = { code: 'shutting_down', message: 'the daemon is stopping' };
  expect(errorOf(agent.unparked[0])).toEqual(stopping);
  expect(errorOf(rig.ask(agent, 'session.open', { name: 'n' }))).toEqual(stopping);
  expect(payloadOf(rig.ask(agent, 'ping'))).toHaveProperty('at');
  expect(payloadOf(rig.ask(operator, 'daemon.status'))).toMatchObject({ state: 'stopping' });
});

function start(config = '') {
  const failing = new FailingJournal();
  const rig = createRig({ dir: tempDirectory(), config, wrap: failing.wrap });
  onTestFinished(() => {
    failing.failing = undefined;
    rig.close();
  });
  return { rig, failing, agent: createClient('runtime', 'cli_a'), operator: createClient('control', 'cli_o') };
}

function openSession(rig: Rig, agent: Client): string {
  const { session } = payloadOf(rig.ask(agent, 'session.open', { name: 'nightly' }));
  return idIn(session, 'session_id');
}

function openAsk(rig: Rig, agent: Client, fields: object): string {
  const { ask } = payloadOf(rig.ask(agent, 'ask.open', { kind: 'approval', message: 'Deploy?', ...fields }));
  return idIn(ask, 'ask_id');
}

function idIn(record: unknown, field: string): string {
  const id: unknown = Object.entries(record ?? {}).find(([name]) => name === field)?.[1];
  if (typeof id !== 'string') throw new Error(`no ${field}`);
  return id;
}
