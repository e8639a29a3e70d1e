import { join } from 'node:path';
import { type Answer, type Ask, defaultLimits, type JournalEvent, type RequestOf } from '@proj/protocol';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type AnswerDeps, answerAsk } from '../../src/asks/answer.ts';
import { Asks } from '../../src/asks/asks.ts';
import { cancelAsksOf, expire } from '../../src/asks/settle.ts';
import { timestamp } from '../../src/clock.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import type { Append } from '../../src/method.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { AT, anAsk, operator } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

// No timer fires here: what is decided is decided by the clock.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const answer: Answer = {
  value: true,
  responder_id: 'cli_operator',
  channel_id: 'control:cli_operator',
  answered_at: AT,
  timed_out: false,
  assurance: 'guardrail',
};
const byDefault = { ...answer, responder_id: 'daemon', channel_id: 'daemon', timed_out: true };

test('the first answer wins and says who gave it', () => {
  const { give, events } = openAsk();
  const given = { ...answer, reason: 'r', answer_id: 'i', responder_id: 'ann', responder_name: 'Ann' };
  const ask = anAsk({ state: 'answered', answer: given, changed_seq: 2 });
  const claims = { reason: 'r', answer_id: 'i', responder_id: 'ann', responder_name: 'Ann' };
  expect(give({ value: true, ...claims })).toStrictEqual({ verdict: 'won', ask });
  const by = { client_id: 'cli_operator', channel_id: 'control:cli_operator', responder_id: 'ann' };
  expect(events).toStrictEqual([{ v: 1, seq: 2, at: AT, type: 'ask.settled', session_id: 'ses_1', by, payload: ask }]);
});

test('a second answer lost, and sees the winner', () => {
  const { give, events } = openAsk();
  const won = give({ value: true });
  expect(give({ value: false })).toStrictEqual({ verdict: 'lost', ask: won.ask });
  expect(give({ value: 'no fit' })).toStrictEqual({ verdict: 'lost', ask: won.ask });
  expect(events).toHaveLength(1);
});

test("the winner's answer_id again is won again, any other lost", () => {
  const { give, events } = openAsk();
  const { ask } = give({ value: true, answer_id: 'mine' });
  expect(give({ value: true, answer_id: 'mine' })).toStrictEqual({ verdict: 'won', ask });
  expect(give({ value: true, answer_id: 'other' })).toStrictEqual({ verdict: 'lost', ask });
  expect(give({ value: true })).toStrictEqual({ verdict: 'lost', ask });
  expect(events).toHaveLength(1);
});

test("the winner's answer_id with another value is a conflict", () => {
  const { give } = openAsk();
  give({ value: true, answer_id: 'mine' });
  expect(thrownBy(() => give({ value: false, answer_id: 'mine' }))).toEqual({
    code: 'conflict',
    message: 'this answer_id was used for something else',
  });
});

test('an answer without an id is not confused with a winner without one', () => {
  const { give } = openAsk();
  give({ value: true });
  expect(give({ value: true }).verdict).toBe('lost');
});

test('a value that does not fit leaves the ask pending and uses nothing up', () => {
  const { give, events } = openAsk();
  expect(thrownBy(() => give({ value: 'yes', answer_id: 'i' }))).toEqual({
    code: 'invalid_answer',
    message: 'an approval is answered by true or false',
  });
  expect(events).toEqual([]);
  expect(give({ value: false, answer_id: 'i' }).verdict).toBe('won');
});

test.each([undefined, '', ' \t\n'])('a review is not rejected without a reason: %j', (reason) => {
  const { give } = openAsk({ kind: 'review' });
  expect(thrownBy(() => give({ value: 'reject', ...(reason !== undefined && { reason }) }))).toEqual({
    code: 'invalid_answer',
    message: 'a rejection needs a reason',
  });
  expect(give({ value: 'reject', reason: 'too large' }).verdict).toBe('won');
});

test('a review is approved without a reason', () => {
  expect(openAsk({ kind: 'review' }).give({ value: 'approve' }).verdict).toBe('won');
});

test.each([0, 1])('an answer %i ms after the deadline is expired though no timer fired', (late) => {
  const { give, clock, events } = openAsk({ timeout_ms: 500 });
  clock.advance(500 + late);
  const ask = anAsk({ timeout_ms: 500, state: 'expired', changed_seq: 2 });
  expect(give({ value: true })).toStrictEqual({ verdict: 'expired', ask });
  expect(give({ value: 'no fit' })).toStrictEqual({ verdict: 'expired', ask });
  expect(events.map(({ type }) => type)).toEqual(['ask.settled']);
});

test('an answer a millisecond before the deadline wins', () => {
  const { give, clock } = openAsk({ timeout_ms: 500 });
  clock.advance(499);
  expect(give({ value: true }).verdict).toBe('won');
});

test('an answer after the deadline of an ask with a default lost to the default', () => {
  const { give, clock } = openAsk({ timeout_ms: 500, on_timeout: 'use_default', default_value: true });
  clock.advance(500);
  const { verdict, ask } = give({ value: false, answer_id: 'late' });
  const at = timestamp(clock.now());
  expect([verdict, ask.state, ask.answer]).toStrictEqual(['lost', 'answered', { ...byDefault, answered_at: at }]);
});

test('while paused a timeout decides nothing: no default is used', () => {
  const { clock, give, pause } = openAsk({ timeout_ms: 500, on_timeout: 'use_default', default_value: true });
  pause();
  clock.advance(500);
  expect(give({ value: true }).verdict).toBe('expired');
});

test('an answer to a cancelled ask is cancelled', () => {
  const { give, deps } = openAsk();
  cancelAsksOf(deps, 'ses_1', 'the session is aborted', undefined);
  const ask = anAsk({ state: 'cancelled', state_reason: 'the session is aborted', changed_seq: 2 });
  expect(give({ value: true })).toStrictEqual({ verdict: 'cancelled', ask });
});

test('an unknown ask is not found', () => {
  const { deps } = openAsk();
  const call = () => answerAsk(deps, { ask_id: 'ask_other', value: true }, operator);
  expect(thrownBy(call)).toEqual({ code: 'not_found', message: 'no ask has this id' });
});

test('a secret stays out of event and ask, and later answers are not compared with it', () => {
  const { give, deps, events } = openAsk({ kind: 'input', secret: true });
  const { ask } = give({ value: 'hunter2', answer_id: 'mine' });
  const { value: _value, ...rest } = answer;
  expect(ask.answer).toStrictEqual({ ...rest, answer_id: 'mine' });
  expect(deps.asks.secretValue('ask_1')).toBe('hunter2');
  expect(give({ value: 'hunter2', answer_id: 'mine' }).verdict).toBe('lost');
  expect(give({ value: 'guess', answer_id: 'mine' }).verdict).toBe('lost');
  expect(JSON.stringify(events)).not.toContain('hunter2');
});

test('expire uses the default only where the ask said so', () => {
  const keeps = openAsk({ default_value: true });
  expect(expire(keeps.deps, keeps.deps.asks.get('ask_1')).state).toBe('expired');
  const uses = openAsk({ default_value: false, on_timeout: 'use_default' });
  expect(expire(uses.deps, uses.deps.asks.get('ask_1')).answer).toStrictEqual({ ...byDefault, value: false });
});

/** One open ask, and the smallest journal that settles it: an event is applied when it is appended. */
function openAsk(fields: Partial<Ask> = {}) {
  const clock = new FakeClock();
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  const asks = new Asks(journal, clock, () => expect.unreachable());
  onTestFinished(() => {
    asks.stop();
    journal.close();
  });
  const opened = anAsk({ changed_seq: 1, ...fields });
  asks.apply({ v: 1, seq: 1, at: AT, type: 'ask.opened', session_id: 'ses_1', payload: opened });
  const events: JournalEvent[] = [];
  const append: Append = ({ payload, ...rest }) => {
    const stamp = { seq: events.length + 2, at: AT };
    const event = { v: 1, ...stamp, ...rest, payload: payload(stamp) } as JournalEvent;
    asks.apply(event);
    events.push(event);
    return event;
  };
  let paused = false;
  const deps: AnswerDeps = {
    asks,
    append,
    clock,
    isPaused: () => paused,
    limits: () => defaultLimits,
    assurance: () => 'guardrail',
    askerOf: () => undefined,
    selfAnswer: () => 'refuse',
  };
  return {
    deps,
    clock,
    events,
    pause: () => {
      paused = true;
    },
    give: (request: Omit<RequestOf<'control', 'ask.answer'>, 'ask_id'>) =>
      answerAsk(deps, { ask_id: 'ask_1', ...request }, operator),
  };
}
