import { describe, expect, onTestFinished, test } from 'vitest';
import { type Client, createClient, createRig, errorOf, payloadOf, type Rig } from '../support/rig.ts';
import { tempDirectory } from '../support/temp-directory.ts';

describe('session.open', () => {
  test('of a key that lives gives that session, whatever else it says; of one that has ended a new one', () => {
    const { rig, agent, operator } = start();
    const open = (fields: object) => payloadOf(rig.ask(agent, 'session.open', { name: 'n', key: 'k', ...fields }));
    const first = open({});
    expect(open({ name: 'other' })).toEqual({ session: first['session'], created: false });
    expect(open({ agent_id: 'a' })).toMatchObject({ created: true });
    rig.ask(operator, 'session.abort', { session_id: idOf(first) });
    expect(open({})).toMatchObject({ created: true });
  });

  test('keeps to the limits of sessions and metadata', () => {
    const { rig, agent } = start('limits: { live_sessions: 1, metadata_bytes: 256 }');
    const laden = rig.ask(agent, 'session.open', { name: 'n', metadata: { m: 'x'.repeat(256) } });
    expect(errorOf(laden).details).toEqual({ issues: [{ path: '/metadata', message: 'must be at most 256 bytes' }] });
    rig.ask(agent, 'session.open', { name: 'n', key: 'k' });
    expect(errorOf(rig.ask(agent, 'session.open', { name: 'n' }))).toEqual({
      code: 'too_many_sessions',
      message: 'there are 1 live sessions already',
      details: { limit: 1 },
    });
    expect(payloadOf(rig.ask(agent, 'session.open', { name: 'n', key: 'k' }))).toMatchObject({ created: false });
  });
});

describe('who may resume', () => {
  test('what an operator paused only an operator resumes', () => {
    const { rig, agent, operator, session_id } = startSession();
    rig.ask(operator, 'session.pause', { session_id, reason: 'lunch' });
    expect(errorOf(rig.ask(agent, 'session.transition', { session_id, state: 'active' }))).toEqual({
      code: 'forbidden',
      message: 'what an operator paused only an operator resumes',
      details: { reason: 'paused_by_operator' },
    });
    const resumed = payloadOf(rig.ask(operator, 'session.resume', { session_id }));
    expect(resumed).toMatchObject({ session: { state: 'active' } });
    expect(resumed['session']).not.toHaveProperty('paused_by');
  });

  test('what an agent paused both resume', () => {
    const { rig, agent, session_id } = startSession();
    rig.ask(agent, 'session.transition', { session_id, state: 'paused' });
    const resumed = rig.ask(agent, 'session.transition', { session_id, state: 'active' });
    expect(payloadOf(resumed)).toMatchObject({ session: { state: 'active' } });
  });
});

test('a session that has ended takes nothing more, but tells again what it took', () => {
  const { rig, agent, operator, session_id } = startSession();
  const event = { event_type: 'status_update', message: 'm' };
  const emitted = payloadOf(rig.ask(agent, 'session.emit', { session_id, event, event_id: 'e' }));
  const input = { input_type: 'message', text: 't' };
  const given = payloadOf(rig.ask(operator, 'session.input', { session_id, input, input_id: 'i' }));
  rig.ask(agent, 'session.transition', { session_id, state: 'completed' });
  const late = [
    rig.ask(agent, 'session.emit', { session_id, event }),
    rig.ask(agent, 'session.log', { session_id, sender: 'a', content: 'c' }),
    rig.ask(operator, 'session.input', { session_id, input }),
    rig.ask(operator, 'session.pause', { session_id }),
  ];
  expect(late.map((reply) => errorOf(reply).code)).toEqual(Array(4).fill('conflict'));
  expect(payloadOf(rig.ask(agent, 'session.emit', { session_id, event, event_id: 'e' }))).toEqual(emitted);
  expect(payloadOf(rig.ask(operator, 'session.input', { session_id, input, input_id: 'i' }))).toEqual(given);
  const other = rig.ask(operator, 'session.input', { session_id, input: { ...input, text: 'u' }, input_id: 'i' });
  expect(errorOf(other).message).toBe('this input_id was used for something else');
  expect(rig.journal.headSeq).toBe(4);
});

test('a session has a thousand drafts at most; one that it has is no new one', () => {
  const { rig, agent, session_id } = startSession();
  const draft = (n: number) => ({ event_type: 'draft_ready', draft_id: `d${n}`, summary: 's', artifact_count: 0 });
  for (let n = 0; n < 1_000; n++) rig.send(agent, 'session.emit', { session_id, event: draft(n) });
  expect(errorOf(rig.ask(agent, 'session.emit', { session_id, event: draft(1_000) })).details).toEqual({
    issues: [{ path: '/event', message: 'a session has 1000 drafts at most' }],
  });
  expect(payloadOf(rig.ask(agent, 'session.emit', { session_id, event: draft(0) }))).toEqual({ seq: 1_002 });
});

test('receive gives input after input, and at the end of the session nothing', () => {
  const { rig, agent, operator, session_id } = startSession();
  const input = { input_type: 'message', text: 't' };
  rig.ask(operator, 'session.input', { session_id, input });
  expect(payloadOf(rig.ask(agent, 'session.receive', { session_id }))).toEqual({ input, seq: 2 });
  rig.send(agent, 'session.receive', { session_id, after_seq: 2 });
  expect(agent.parked).toBe(1);
  rig.ask(operator, 'session.abort', { session_id });
  expect(agent.unparked.map(payloadOf)).toEqual([{ input: null, seq: 2 }]);
});

test('a session is connected while a client that has named it is there', () => {
  const { rig, agent, operator, session_id } = startSession();
  const isConnected = () => payloadOf(rig.ask(operator, 'session.get', { session_id }));
  expect(isConnected()).toMatchObject({ session: { connected: true } });
  rig.core.clientLeft(agent.clientId);
  expect(isConnected()).toMatchObject({ session: { connected: false } });
  expect(rig.core.unheldSessions().map((session) => session.session_id)).toEqual([session_id]);
  rig.ask(agent, 'session.get', { session_id });
  expect([isConnected(), rig.core.unheldSessions()]).toMatchObject([{ session: { connected: true } }, []]);
});

test('messages and sessions are listed page by page', () => {
  const { rig, agent, operator, session_id } = startSession();
  for (const n of [1, 2, 3]) rig.ask(agent, 'session.log', { session_id, sender: 'a', content: `c${n}` });
  const page = payloadOf(rig.ask(operator, 'session.messages', { session_id, limit: 2 }));
  expect(page).toMatchObject({
    messages: [
      { content: 'c1', seq: 2 },
      { content: 'c2', seq: 3 },
    ],
    next: 3,
  });
  const rest = payloadOf(rig.ask(operator, 'session.messages', { session_id, limit: 2, after_seq: page['next'] }));
  expect([rest['messages'], rest['next']]).toMatchObject([[{ content: 'c3' }], undefined]);
  rig.ask(agent, 'session.open', { name: 'second' });
  const first = payloadOf(rig.ask(operator, 'session.list', { limit: 1 }));
  const second = payloadOf(rig.ask(operator, 'session.list', { limit: 1, after: first['next'] }));
  expect([first['sessions'], second['sessions'], second['next']]).toMatchObject([
    [{ name: 'nightly' }],
    [{ name: 'second' }],
    undefined,
  ]);
});

function start(config = '') {
  const rig = createRig({ dir: tempDirectory(), config });
  onTestFinished(() => rig.close());
  return { rig, agent: createClient('runtime', 'cli_a'), operator: createClient('control', 'cli_o') };
}

function startSession() {
  const { rig, agent, operator } = start();
  return { rig, agent, operator, session_id: sessionOf(rig, agent) };
}

function sessionOf(rig: Rig, agent: Client): string {
  return idOf(payloadOf(rig.ask(agent, 'session.open', { name: 'nightly' })));
}

function idOf({ session }: Record<string, unknown>): string {
  return String(new Map<string, unknown>(Object.entries(session ?? {})).get('session_id'));
}
