import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '@proj/protocol';
import { integer, json, text } from './column.ts';
import type { InputRow, InputRows, MessageRows } from './journal.ts';

export function createMessageRows(db: DatabaseSync): MessageRows {
  const put = db.prepare('INSERT INTO messages (seq, session_id, record) VALUES (?, ?, ?)');
  const list = db.prepare('SELECT record FROM messages WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?');
  return {
    put: (sessionId, message) => {
      put.run(message.seq, sessionId, JSON.stringify(message));
    },
    list: (sessionId, afterSeq, limit) =>
      list.all(sessionId, afterSeq, limit).map((row) => json<Message>(row, 'record')),
  };
}

export function createInputRows(db: DatabaseSync): InputRows {
  const put = db.prepare('INSERT INTO inputs (seq, session_id, input_id, input) VALUES (?, ?, ?, ?)');
  const next = db.prepare('SELECT * FROM inputs WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT 1');
  const findById = db.prepare('SELECT * FROM inputs WHERE session_id = ? AND input_id = ?');
  return {
    put: (sessionId, { seq, inputId, input }) => {
      put.run(seq, sessionId, inputId ?? null, input);
    },
    next: (sessionId, afterSeq) => inputOf(next.get(sessionId, afterSeq)),
    findById: (sessionId, inputId) => inputOf(findById.get(sessionId, inputId)),
  };
}

function inputOf(row: Record<string, unknown> | undefined): InputRow | undefined {
  if (row === undefined) return undefined;
  const inputId = row['input_id'] === null ? undefined : text(row, 'input_id');
  return { seq: integer(row, 'seq'), inputId, input: text(row, 'input') };
}
