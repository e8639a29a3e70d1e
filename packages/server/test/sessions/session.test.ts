import type { JournalEvent, SessionState } from '@proj/protocol';
import { expect, test } from 'vitest';
import { canMove, isLive, movedSession, openedSession, sessionAfter } from '../../src/sessions/session.ts';
import { AT, anAsk, aSession, LATER } from '../support/records.ts';

const MOVES: [from: SessionState, to: SessionState, allowed: boolean][] = [
  ['active', 'active', false],
  ['active', 'paused', true],
  ['active', 'completed', true],
  ['active', 'aborted', true],
  ['paused', 'active', true],
  ['paused', 'paused', false],
  ['paused', 'completed', false],
  ['paused', 'aborted', true],
  ['completed', 'active', false],
  ['completed', 'paused', false],
  ['completed', 'completed', false],
  ['completed', 'aborted', false],
  ['aborted', 'active', false],
  ['aborted', 'paused', false],
  ['aborted', 'completed', false],
  ['aborted', 'aborted', false],
];

test.each(MOVES)('from %s to %s: %s', (from, to, allowed) => {
  expect(canMove(from, to)).toBe(allowed);
});

test('active and paused are live, the others are not', () => {
  const states: SessionState[] = ['active', 'paused', 'completed', 'aborted'];
  expect(states.map((state) => isLive({ state }))).toEqual([true, true, false, false]);
});

test('an opened session holds what the request said, and no more', () => {
  const request = {
    name: 'nightly',
    key: 'k',
    goal_id: 'g',
    agent_id: 'a',
    channel_id: 'c',
    metadata: { depth: { of: ['anything'] } },
  };
  const given = aSession({
    key: 'k',
    goal_id: 'g',
    agent_id: 'a',
    channel_id: 'c',
    metadata: { depth: { of: ['anything'] } },
    changed_seq: 7,
  });
  expect(openedSession('ses_1', request, { seq: 7, at: AT })).toStrictEqual(given);
  expect(openedSession('ses_1', { name: 'nightly' }, { seq: 7, at: AT })).toStrictEqual(aSession({ changed_seq: 7 }));
});

test('a move keeps everything but the state, its reason and who paused it', () => {
  const session = aSession({ key: 'k', draft_ids: ['d'], message_count: 3, pending_asks: 2 });
  const paused = movedSession(session, { state: 'paused', reason: 'lunch', by: 'operator' }, { seq: 9, at: LATER });
  expect(paused).toStrictEqual({
    ...session,
    state: 'paused',
    state_reason: 'lunch',
    paused_by: 'operator',
    updated_at: LATER,
    changed_seq: 9,
  });
  const active = movedSession(paused, { state: 'active', by: 'operator' }, { seq: 10, at: LATER });
  expect(active).toStrictEqual({ ...session, updated_at: LATER, changed_seq: 10 });
});

const head = { v: 1 as const, seq: 5, at: LATER, session_id: 'ses_1' };
const touched = { updated_at: LATER, changed_seq: 5 };
const draft = { event_type: 'draft_ready' as const, draft_id: 'd1', summary: 's', artifact_count: 1 };

const CHANGES: [name: string, event: JournalEvent, changed: object][] = [
  ['opened', { ...head, type: 'session.opened', payload: aSession({ name: 'new' }) }, { name: 'new' }],
  ['changed', { ...head, type: 'session.changed', payload: aSession({ state: 'aborted' }) }, { state: 'aborted' }],
  ['a status', { ...head, type: 'session.event', payload: { event_type: 'status_update', message: 'm' } }, touched],
  ['a first draft', { ...head, type: 'session.event', payload: draft }, { ...touched, draft_ids: ['d0', 'd1'] }],
  ['a draft again', { ...head, type: 'session.event', payload: { ...draft, draft_id: 'd0' } }, touched],
  [
    'a message',
    { ...head, type: 'session.logged', payload: { seq: 5, sender: 'human', content: 'c', at: LATER } },
    { ...touched, message_count: 4 },
  ],
  ['an input', { ...head, type: 'session.input', payload: { input_type: 'abort' } }, touched],
  ['an ask opened', { ...head, type: 'ask.opened', payload: anAsk() }, { ...touched, pending_asks: 3 }],
  [
    'an ask settled',
    { ...head, type: 'ask.settled', payload: anAsk({ state: 'expired' }) },
    { ...touched, pending_asks: 1 },
  ],
  ['the daemon', { ...head, type: 'daemon.changed', payload: { change: 'paused', state: 'paused' } }, {}],
];

test.each(CHANGES)('after %s', (_name, event, changed) => {
  const replaces = event.type === 'session.opened' || event.type === 'session.changed';
  const before = aSession({ draft_ids: ['d0'], message_count: 3, pending_asks: 2 });
  const frozen = structuredClone(before);
  expect(sessionAfter(before, event)).toStrictEqual({ ...(replaces ? aSession() : before), ...changed });
  expect(before).toStrictEqual(frozen);
});
