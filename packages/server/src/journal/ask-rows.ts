import type { DatabaseSync } from 'node:sqlite';
import type { Ask } from '@proj/protocol';
import { integer, json, text } from './column.ts';
import type { AskRow, AskRows, Listed, ListQuery } from './journal.ts';

export function createAskRows(db: DatabaseSync): AskRows {
  const put = db.prepare(
    `INSERT INTO asks (opened_seq, ask_id, session_id, key, state, due_ms, boot_id, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (opened_seq) DO UPDATE SET state = excluded.state, record = excluded.record`,
  );
  const find = db.prepare('SELECT record FROM asks WHERE ask_id = ?');
  const findByKey = db.prepare('SELECT record FROM asks WHERE session_id = ? AND key = ?');
  const pending = db.prepare("SELECT * FROM asks WHERE state = 'pending' ORDER BY opened_seq");
  const lists = {
    all: db.prepare('SELECT * FROM asks WHERE opened_seq > ? ORDER BY opened_seq LIMIT ?'),
    state: db.prepare('SELECT * FROM asks WHERE state = ? AND opened_seq > ? ORDER BY opened_seq LIMIT ?'),
    session: db.prepare('SELECT * FROM asks WHERE session_id = ? AND opened_seq > ? ORDER BY opened_seq LIMIT ?'),
    both: db.prepare(
      'SELECT * FROM asks WHERE session_id = ? AND state = ? AND opened_seq > ? ORDER BY opened_seq LIMIT ?',
    ),
  };
  function rowsOf({ state, sessionId, afterSeq, limit }: ListQuery): Record<string, unknown>[] {
    if (sessionId === undefined) {
      return state === undefined ? lists.all.all(afterSeq, limit) : lists.state.all(state, afterSeq, limit);
    }
    if (state === undefined) return lists.session.all(sessionId, afterSeq, limit);
    return lists.both.all(sessionId, state, afterSeq, limit);
  }
  return {
    put: ({ ask, dueMs, bootId }, openedSeq) => {
      const { ask_id, session_id, key, state } = ask;
      put.run(openedSeq, ask_id, session_id, key ?? null, state, dueMs, bootId, JSON.stringify(ask));
    },
    find: (askId) => askOf(find.get(askId)),
    findByKey: (sessionId, key) => askOf(findByKey.get(sessionId, key)),
    pending: () => pending.all().map(listedRow),
    list: (query) =>
      rowsOf(query).map((row) => ({ row: json<Ask>(row, 'record'), openedSeq: integer(row, 'opened_seq') })),
  };
}

function askOf(row: Record<string, unknown> | undefined): Ask | undefined {
  return row === undefined ? undefined : json<Ask>(row, 'record');
}

function listedRow(row: Record<string, unknown>): Listed<AskRow> {
  const dueMs = row['due_ms'] === null ? null : integer(row, 'due_ms');
  return {
    row: { ask: json<Ask>(row, 'record'), dueMs, bootId: text(row, 'boot_id') },
    openedSeq: integer(row, 'opened_seq'),
  };
}
