import { join } from 'node:path';
import type { JournalEvent, Session } from '@proj/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import { AT, aSession, aStatusUpdate, LATER } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

test('an opened session is live, found by id and by key, and counted', () => {
  const { sessions } = openSessions();
  sessions.apply(opened(1, { key: 'k', agent_id: 'a' }));
  const session = aSession({ key: 'k', agent_id: 'a' });
  expect(sessions.get('ses_1')).toStrictEqual(session);
  expect(sessions.getLive('ses_1')).toStrictEqual(session);
  expect(sessions.findByKey('a', 'k')).toStrictEqual(session);
  expect(sessions.live()).toStrictEqual([session]);
  expect([sessions.liveCount, sessions.total, sessions.resumes]).toEqual([1, 1, 0]);
});

test('a key counts within its agent only', () => {
  const { sessions } = openSessions();
  sessions.apply(opened(1, { session_id: 'ses_a', key: 'k', agent_id: 'a' }));
  sessions.apply(opened(2, { session_id: 'ses_none', key: 'k' }));
  expect(sessions.findByKey('a', 'k')?.session_id).toBe('ses_a');
  expect(sessions.findByKey(undefined, 'k')?.session_id).toBe('ses_none');
  expect(sessions.findByKey('b', 'k')).toBeUndefined();
});

test('an unknown session is not found', () => {
  const { sessions } = openSessions();
  expect(sessions.find('ses_1')).toBeUndefined();
  expect(thrownBy(() => sessions.get('ses_1'))).toEqual({ code: 'not_found', message: 'no session has this id' });
});

test.each(['completed', 'aborted'] as const)(
  'a session that is %s is found, but not live, and frees its key',
  (state) => {
    const { sessions } = openSessions();
    sessions.apply(opened(1, { key: 'k' }));
    sessions.apply(changed(2, { key: 'k', state }));
    for (const look of ['before it is saved', 'after']) {
      expect(sessions.get('ses_1').state, look).toBe(state);
      expect(
        thrownBy(() => sessions.getLive('ses_1')),
        look,
      ).toEqual({
        code: 'conflict',
        message: `the session is ${state} and takes nothing more`,
        details: { from: state, to: state },
      });
      expect(sessions.findByKey(undefined, 'k'), look).toBeUndefined();
      expect([sessions.liveCount, sessions.total], look).toEqual([0, 1]);
      sessions.save();
    }
  },
);

test('only paused to active is a resume', () => {
  const { sessions } = openSessions();
  sessions.apply(opened(1));
  sessions.apply(changed(2, { state: 'paused' }));
  sessions.apply(changed(3, { state: 'active' }));
  sessions.apply(aStatusUpdate(4));
  expect(sessions.resumes).toBe(1);
});

test('events of the daemon, and of sessions it does not know, change nothing', () => {
  const { sessions } = openSessions();
  sessions.apply({ v: 1, seq: 1, at: AT, type: 'daemon.changed', payload: { change: 'paused', state: 'paused' } });
  sessions.apply(aStatusUpdate(2, { session_id: 'ses_unknown' }));
  sessions.save();
  expect(sessions.list({ afterSeq: 0, limit: 10 })).toEqual([]);
});

test('what was saved is loaded again; what was not is forgotten', () => {
  const { sessions, journal } = openSessions();
  sessions.apply(opened(1, { session_id: 'ses_1', key: 'k' }));
  sessions.apply(opened(2, { session_id: 'ses_2' }));
  sessions.apply(changed(3, { session_id: 'ses_2', state: 'paused' }));
  sessions.apply(changed(4, { session_id: 'ses_2', state: 'active' }));
  sessions.save();
  const saved = stateOf(sessions);
  sessions.apply(changed(5, { session_id: 'ses_1', key: 'k', state: 'aborted' }));
  sessions.apply(opened(6, { session_id: 'ses_3', key: 'new' }));
  sessions.load();
  expect(stateOf(sessions)).toStrictEqual(saved);
  expect(sessions.findByKey(undefined, 'new')).toBeUndefined();
  const again = new Sessions(journal);
  again.load();
  expect(stateOf(again)).toStrictEqual(saved);
  expect(again.findByKey(undefined, 'k')?.session_id).toBe('ses_1');
});

test('a list holds what is not saved yet, by state, in order of creation, a page at a time', () => {
  const { sessions } = openSessions();
  for (const seq of [1, 2, 3, 4]) sessions.apply(opened(seq, { session_id: `ses_${seq}` }));
  sessions.apply(changed(5, { session_id: 'ses_2', state: 'paused' }));
  const idsOf = (query: { state?: string; afterSeq: number; limit: number }) =>
    sessions.list(query).map(({ row, openedSeq }) => [row.session_id, openedSeq]);
  expect(idsOf({ afterSeq: 0, limit: 3 })).toEqual([
    ['ses_1', 1],
    ['ses_2', 2],
    ['ses_3', 3],
  ]);
  expect(idsOf({ afterSeq: 3, limit: 3 })).toEqual([['ses_4', 4]]);
  expect(idsOf({ state: 'paused', afterSeq: 0, limit: 3 })).toEqual([['ses_2', 2]]);
  expect(sessions.liveInOrder().map(({ openedSeq }) => openedSeq)).toEqual([1, 2, 3, 4]);
});

function openSessions() {
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  onTestFinished(() => journal.close());
  const sessions = new Sessions(journal);
  sessions.load();
  return { sessions, journal };
}

function stateOf(sessions: Sessions): object {
  const { liveCount, total, resumes } = sessions;
  return { live: sessions.liveInOrder(), liveCount, total, resumes };
}

function opened(seq: number, fields: Partial<Session> = {}): JournalEvent {
  const payload = aSession({ changed_seq: seq, ...fields });
  return { v: 1, seq, at: AT, type: 'session.opened', session_id: payload.session_id, payload };
}

function changed(seq: number, fields: Partial<Session>): JournalEvent {
  const payload = aSession({ changed_seq: seq, updated_at: LATER, ...fields });
  return { v: 1, seq, at: LATER, type: 'session.changed', session_id: payload.session_id, payload };
}
