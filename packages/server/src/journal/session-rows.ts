import type { DatabaseSync } from 'node:sqlite';
import type { Session } from '@proj/protocol';
import { integer, json } from './column.ts';
import type { Listed, SessionRows } from './journal.ts';

export function createSessionRows(db: DatabaseSync): SessionRows {
  const put = db.prepare(
    `INSERT INTO sessions (opened_seq, session_id, state, record) VALUES (?, ?, ?, ?)
     ON CONFLICT (opened_seq) DO UPDATE SET state = excluded.state, record = excluded.record`,
  );
  const find = db.prepare('SELECT opened_seq, record FROM sessions WHERE session_id = ?');
  const live = db.prepare("SELECT opened_seq, record FROM sessions WHERE state IN ('active', 'paused')");
  const list = db.prepare('SELECT opened_seq, record FROM sessions WHERE opened_seq > ? ORDER BY opened_seq LIMIT ?');
  const listState = db.prepare(
    'SELECT opened_seq, record FROM sessions WHERE state = ? AND opened_seq > ? ORDER BY opened_seq LIMIT ?',
  );
  return {
    put: (session, openedSeq) => {
      put.run(openedSeq, session.session_id, session.state, JSON.stringify(session));
    },
    find: (sessionId) => {
      const row = find.get(sessionId);
      return row === undefined ? undefined : listed(row);
    },
    live: () => live.all().map(listed),
    list: ({ state, afterSeq, limit }) =>
      (state === undefined ? list.all(afterSeq, limit) : listState.all(state, afterSeq, limit)).map(listed),
  };
}

function listed(row: Record<string, unknown>): Listed<Session> {
  return { row: json<Session>(row, 'record'), openedSeq: integer(row, 'opened_seq') };
}
