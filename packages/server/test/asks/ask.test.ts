import type { Answer, AskOpenRequest } from '@proj/protocol';
import { expect, test } from 'vitest';
import { contentOf, openedAsk, settledAsk } from '../../src/asks/ask.ts';
import { AT, anAsk, aSession, LATER } from '../support/records.ts';

const small: AskOpenRequest = { session_id: 'ses_1', kind: 'approval', message: 'Deploy?' };
const large: AskOpenRequest = {
  ...small,
  key: 'k',
  kind: 'choice',
  description: 'd',
  label: 'l',
  options: [{ label: 'Yes', value: 1 }],
  multiple: false,
  schema: { type: 'string' },
  secret: false,
  default_value: 1,
  timeout_ms: 90_061_001,
  on_timeout: 'use_default',
  urgency: 'advisory',
  risk: 'destructive',
  subject: 's',
  context: [{ name: 'n', value: 'v' }],
  items: [{ item_id: 'i', label: 'I', kind: 'input' }],
  metadata: { m: 1 },
};

test('a small request becomes an ask with the defaults filled in', () => {
  const opened = openedAsk('ask_1', small, aSession(), { seq: 2, at: AT });
  expect(opened).toStrictEqual(anAsk());
});

test('a full request becomes an ask that holds all of it, and when it expires', () => {
  expect(openedAsk('ask_1', large, aSession({ name: 'other' }), { seq: 9, at: AT })).toStrictEqual({
    ...large,
    ask_id: 'ask_1',
    session_name: 'other',
    opened_at: AT,
    expires_at: '2026-11-21T13:01:01.001Z',
    changed_seq: 9,
    state: 'pending',
  });
});

test('a timeout of 0 expires at once', () => {
  const ask = openedAsk('ask_1', { ...small, timeout_ms: 0 }, aSession(), { seq: 2, at: AT });
  expect(ask).toStrictEqual(anAsk({ timeout_ms: 0, expires_at: AT }));
});

test('the content is the same before and after opening, without timeout and metadata', () => {
  const { session_id: _session, timeout_ms: _timeout, metadata: _metadata, ...content } = large;
  expect(contentOf(large)).toStrictEqual(content);
  expect(contentOf(openedAsk('ask_1', large, aSession(), { seq: 9, at: AT }))).toStrictEqual(content);
});

const answer: Answer = {
  value: true,
  responder_id: 'r',
  channel_id: 'c',
  answered_at: LATER,
  timed_out: false,
  assurance: 'guardrail',
};
const stamp = { seq: 9, at: LATER };

test('settling changes the state and nothing else', () => {
  expect(settledAsk(anAsk(), { state: 'answered', answer }, stamp)).toStrictEqual(
    anAsk({ state: 'answered', answer, changed_seq: 9 }),
  );
  expect(settledAsk(anAsk(), { state: 'expired' }, stamp)).toStrictEqual(anAsk({ state: 'expired', changed_seq: 9 }));
  expect(settledAsk(anAsk(), { state: 'cancelled', reason: 'moot' }, stamp)).toStrictEqual(
    anAsk({ state: 'cancelled', state_reason: 'moot', changed_seq: 9 }),
  );
  expect(settledAsk(anAsk(), { state: 'cancelled', reason: undefined }, stamp)).toStrictEqual(
    anAsk({ state: 'cancelled', changed_seq: 9 }),
  );
});

test('the value of a secret is not on the ask', () => {
  const ask = anAsk({ kind: 'input', secret: true });
  const { value: _value, ...rest } = answer;
  const settled = settledAsk(ask, { state: 'answered', answer: { ...answer, value: 'hunter2' } }, stamp);
  expect(settled).toStrictEqual({ ...ask, state: 'answered', answer: rest, changed_seq: 9 });
});
