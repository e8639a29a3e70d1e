import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Client, createClient, createRig, errorOf, payloadOf, type Rig } from '../support/rig.ts';
import { tempDirectory } from '../support/temp-directory.ts';

// No timer fires here: what is decided is decided by the clock.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a key', () => {
  test('finds the same ask, answered or not, whatever its metadata and timeout', () => {
    const { rig, agent, operator, session_id } = start();
    const request = { session_id, kind: 'approval', message: 'Deploy?', key: 'k' };
    const { ask } = payloadOf(rig.ask(agent, 'ask.open', { ...request, timeout_ms: 5 }));
    const again = { ...request, timeout_ms: 99, metadata: { run: 2 } };
    expect(payloadOf(rig.ask(agent, 'ask.open', again))).toEqual({ ask, created: false });
    rig.ask(operator, 'ask.answer', { ask_id: idOf(ask), value: true });
    expect(payloadOf(rig.ask(agent, 'ask.open', again))).toMatchObject({ created: false, ask: { state: 'answered' } });
  });

  test.each([
    { message: 'Delete?' },
    { risk: 'destructive' },
    { default_value: true },
    { context: [{ name: 'n', value: 'v' }] },
  ])('with other content is a conflict: %o', (other) => {
    const { rig, agent, session_id } = start();
    const request = { session_id, kind: 'approval', message: 'Deploy?', key: 'k' };
    rig.ask(agent, 'ask.open', request);
    expect(errorOf(rig.ask(agent, 'ask.open', { ...request, ...other }))).toEqual({
      code: 'conflict',
      message: 'this key was used for something else',
    });
  });
});

describe('a limit', () => {
  test('of asks in a session, and in all', () => {
    const { rig, agent, session_id } = start('limits: { asks_per_session: 2, pending_asks: 3 }');
    const second = sessionOf(rig, agent);
    const open = (session: string) =>
      rig.ask(agent, 'ask.open', { session_id: session, kind: 'approval', message: 'm' });
    const first = payloadOf(open(session_id));
    open(session_id);
    expect(errorOf(open(session_id))).toEqual({
      code: 'too_many_asks',
      message: 'the session has 2 pending asks',
      details: { limit: 2 },
    });
    open(second);
    expect(errorOf(open(second))).toEqual({
      code: 'too_many_asks',
      message: 'there are 3 pending asks',
      details: { limit: 3 },
    });
    rig.ask(agent, 'ask.cancel', { ask_id: idOf(first['ask']) });
    expect(payloadOf(open(second))).toMatchObject({ created: true });
  });

  test('of bytes, in an ask and in its metadata', () => {
    const { rig, agent, session_id } = start('limits: { ask_bytes: 2048, metadata_bytes: 256 }');
    const request = { session_id, kind: 'approval', message: 'm' };
    const large = rig.ask(agent, 'ask.open', { ...request, description: 'x'.repeat(2_048) });
    expect(errorOf(large).details).toEqual({ issues: [{ path: '', message: 'an ask may have 2048 bytes at most' }] });
    const laden = rig.ask(agent, 'ask.open', { ...request, metadata: { m: 'é'.repeat(50) } });
    expect(errorOf(laden).details).toEqual({ issues: [{ path: '/metadata', message: 'must be at most 256 bytes' }] });
    expect(rig.journal.headSeq).toBe(1);
  });
});

describe('past its deadline, before any timer', () => {
  test.each(['runtime', 'control'])('an ask is expired for whoever gets it on %s', (socket) => {
    const { rig, agent, operator, session_id } = start();
    const ask_id = openAsk(rig, agent, { session_id, timeout_ms: 500 });
    rig.clock.advance(500);
    const client = socket === 'runtime' ? agent : operator;
    expect(payloadOf(rig.ask(client, 'ask.get', { ask_id }))).toMatchObject({ ask: { state: 'expired' } });
    expect(rig.journal.headSeq).toBe(3);
  });

  test.each([
    ['expired', {}],
    ['answered', { on_timeout: 'use_default', default_value: false }],
  ])('it cannot be cancelled any more, it is %s, and others of that turn do not suffer', (state, fields) => {
    const { rig, agent, session_id } = start();
    const ask_id = openAsk(rig, agent, { session_id, timeout_ms: 500, ...fields });
    rig.clock.advance(500);
    rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'in the same turn' });
    rig.send(agent, 'ask.cancel', { ask_id });
    rig.core.turn.commit();
    const [logged, cancelled] = agent.replies.slice(-2);
    expect(payloadOf(logged)).toEqual({ seq: 3 });
    expect(errorOf(cancelled)).toEqual({
      code: 'conflict',
      message: `what is ${state} cannot become cancelled`,
      details: { from: state, to: 'cancelled' },
    });
    expect(payloadOf(rig.ask(agent, 'ask.get', { ask_id }))).toMatchObject({ ask: { state } });
  });
});

describe('ask.cancel', () => {
  test('cancels a pending ask, says why, and may be said again', () => {
    const { rig, agent, session_id } = start();
    const ask_id = openAsk(rig, agent, { session_id });
    const reply = rig.ask(agent, 'ask.cancel', { ask_id, reason: 'moot' });
    expect(payloadOf(reply)).toMatchObject({ ask: { state: 'cancelled', state_reason: 'moot' } });
    expect(rig.ask(agent, 'ask.cancel', { ask_id, reason: 'other' })).toEqual(reply);
    expect(rig.journal.headSeq).toBe(3);
  });

  test('comes too late for an answered one', () => {
    const { rig, agent, operator, session_id } = start();
    const ask_id = openAsk(rig, agent, { session_id });
    rig.ask(operator, 'ask.answer', { ask_id, value: true });
    expect(errorOf(rig.ask(agent, 'ask.cancel', { ask_id })).details).toEqual({ from: 'answered', to: 'cancelled' });
  });
});

test('a final state of the session cancels its asks in the same commit; later asks are a conflict', () => {
  const { rig, agent, operator, session_id } = start();
  const ask_id = openAsk(rig, agent, { session_id });
  rig.ask(operator, 'session.abort', { session_id });
  expect(payloadOf(rig.ask(operator, 'ask.get', { ask_id }))).toMatchObject({
    ask: { state: 'cancelled', state_reason: 'the session is aborted', changed_seq: 3 },
  });
  const late = rig.ask(agent, 'ask.open', { session_id, kind: 'approval', message: 'm' });
  expect(errorOf(late).details).toEqual({ from: 'aborted', to: 'aborted' });
});

test('the asker alone sees a secret, until the session ends', () => {
  const { rig, agent, operator, session_id } = start();
  const ask_id = openAsk(rig, agent, { session_id, kind: 'input', secret: true });
  rig.send(agent, 'ask.wait', { ask_id });
  const answered = rig.ask(operator, 'ask.answer', { ask_id, value: 'hunter2' });
  const seen = { ask: { answer: { value: 'hunter2' } } };
  expect(payloadOf(agent.unparked[0])).toMatchObject(seen);
  expect(payloadOf(rig.ask(agent, 'ask.get', { ask_id }))).toMatchObject(seen);
  const replies = [answered, rig.ask(operator, 'ask.get', { ask_id }), rig.ask(operator, 'ask.list')];
  expect(JSON.stringify([replies, rig.logged])).not.toContain('hunter2');
  rig.ask(agent, 'session.transition', { session_id, state: 'completed' });
  expect(JSON.stringify(rig.ask(agent, 'ask.get', { ask_id }))).not.toContain('hunter2');
});

test('a list goes on where the page ended', () => {
  const { rig, agent, operator, session_id } = start();
  const ids = [1, 2, 3].map(() => openAsk(rig, agent, { session_id }));
  const first = payloadOf(rig.ask(operator, 'ask.list', { limit: 2 }));
  const rest = payloadOf(rig.ask(operator, 'ask.list', { limit: 2, after: first['next'] }));
  expect([idsOf(first), idsOf(rest), rest['next']]).toEqual([ids.slice(0, 2), ids.slice(2), undefined]);
});

function start(config = '') {
  const rig = createRig({ dir: tempDirectory(), config });
  onTestFinished(() => rig.close());
  const agent = createClient('runtime', 'cli_a');
  return { rig, agent, operator: createClient('control', 'cli_o'), session_id: sessionOf(rig, agent) };
}

function sessionOf(rig: Rig, agent: Client): string {
  const { session } = payloadOf(rig.ask(agent, 'session.open', { name: 'nightly' }));
  return stringIn(session, 'session_id');
}

function openAsk(rig: Rig, agent: Client, fields: object): string {
  return idOf(payloadOf(rig.ask(agent, 'ask.open', { kind: 'approval', message: 'Deploy?', ...fields }))['ask']);
}

function idsOf({ asks }: Record<string, unknown>): string[] {
  return Array.isArray(asks) ? asks.map(idOf) : [];
}

function idOf(ask: unknown): string {
  return stringIn(ask, 'ask_id');
}

function stringIn(record: unknown, field: string): string {
  const value: unknown = Object.entries(record ?? {}).find(([name]) => name === field)?.[1];
  if (typeof value !== 'string') throw new Error(`no ${field}`);
  return value;
}
