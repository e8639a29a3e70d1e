import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FailingJournal, type Step } from './support/failing-journal.ts';
import { createClient, createRig, payloadOf } from './support/rig.ts';
import { tempDirectory } from './support/temp-directory.ts';

const STEPS: Step[] = ['begin', 'append', 'commit'];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('an ask expires at its deadline by itself, and whoever waits is told', () => {
  const { rig, agent, ask_id, pass } = start();
  rig.send(agent, 'ask.wait', { ask_id });
  pass(499);
  expect(agent.unparked).toEqual([]);
  pass(1);
  expect(agent.unparked.map(payloadOf)).toMatchObject([{ ask: { ask_id, state: 'expired' } }]);
});

describe.each(STEPS)('when the journal fails at %s at the deadline of an ask', (step) => {
  test('nobody sees an answer win after it, and it is settled when the journal is well', () => {
    const { rig, operator, failing, ask_id, pass } = start();
    failing.failing = step;
    pass(500);
    pass(5_000);
    expect(payloadOf(rig.ask(operator, 'ask.list'))).toMatchObject({ asks: [{ state: 'pending' }] });
    failing.failing = undefined;
    expect(payloadOf(rig.ask(operator, 'ask.answer', { ask_id, value: true }))).toMatchObject({ verdict: 'expired' });
  });

  test('it is tried again by itself', () => {
    const { rig, operator, failing, pass } = start();
    failing.failing = step;
    pass(500);
    failing.failing = undefined;
    pass(2_000);
    expect(payloadOf(rig.ask(operator, 'ask.list'))).toMatchObject({ asks: [{ state: 'expired' }] });
  });
});

test('a session that is abandoned is aborted by the daemon, its asks with it', () => {
  const { rig, agent, operator, ask_id } = start();
  rig.core.clientLeft(agent.clientId);
  const [session] = rig.core.unheldSessions();
  if (session === undefined) return expect.unreachable();
  rig.core.abandon(session);
  const { session_id } = session;
  expect(payloadOf(rig.ask(operator, 'session.get', { session_id }))).toMatchObject({
    session: { state: 'aborted', state_reason: 'abandoned', pending_asks: 0, connected: false },
  });
  expect(payloadOf(rig.ask(operator, 'ask.get', { ask_id }))).toMatchObject({ ask: { state: 'cancelled' } });
});

test('an end leaves no timer', () => {
  const { rig } = start();
  expect(vi.getTimerCount()).toBe(1);
  rig.core.end();
  expect(vi.getTimerCount()).toBe(0);
});

/** A session with one ask that has 500 ms. */
function start() {
  const failing = new FailingJournal();
  const rig = createRig({ dir: tempDirectory(), wrap: failing.wrap });
  onTestFinished(() => {
    failing.failing = undefined;
    rig.close();
  });
  const agent = createClient('runtime', 'cli_a');
  const session_id = idIn(payloadOf(rig.ask(agent, 'session.open', { name: 'n' }))['session'], 'session_id');
  const ask = { session_id, kind: 'approval', message: 'm', timeout_ms: 500 };
  const ask_id = idIn(payloadOf(rig.ask(agent, 'ask.open', ask))['ask'], 'ask_id');
  const pass = (ms: number): void => {
    rig.clock.advance(ms);
    vi.advanceTimersByTime(ms);
    rig.core.turn.commit();
  };
  return { rig, failing, agent, operator: createClient('control', 'cli_o'), ask_id, pass };
}

function idIn(record: unknown, field: string): string {
  return String(new Map<string, unknown>(Object.entries(record ?? {})).get(field));
}
