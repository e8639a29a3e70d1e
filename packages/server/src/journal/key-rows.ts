import type { DatabaseSync } from 'node:sqlite';
import { integer, text } from './column.ts';
import type { CounterRows, EventIdRows, SecretRows } from './journal.ts';

export function createEventIdRows(db: DatabaseSync): EventIdRows {
  const put = db.prepare('INSERT INTO event_ids (session_id, event_id, seq, digest) VALUES (?, ?, ?, ?)');
  const find = db.prepare('SELECT seq, digest FROM event_ids WHERE session_id = ? AND event_id = ?');
  return {
    put: (sessionId, eventId, { seq, digest }) => {
      put.run(sessionId, eventId, seq, digest);
    },
    find: (sessionId, eventId) => {
      const row = find.get(sessionId, eventId);
      return row === undefined ? undefined : { seq: integer(row, 'seq'), digest: text(row, 'digest') };
    },
  };
}

export function createSecretRows(db: DatabaseSync, onDelete: () => void): SecretRows {
  const put = db.prepare('INSERT INTO secrets (ask_id, session_id, value) VALUES (?, ?, ?)');
  const find = db.prepare('SELECT value FROM secrets WHERE ask_id = ?');
  const deleteOfSession = db.prepare('DELETE FROM secrets WHERE session_id = ?');
  return {
    put: (askId, sessionId, value) => {
      put.run(askId, sessionId, value);
    },
    find: (askId) => {
      const row = find.get(askId);
      return row === undefined ? undefined : text(row, 'value');
    },
    deleteOfSession: (sessionId) => {
      if (deleteOfSession.run(sessionId).changes !== 0) onDelete();
    },
  };
}

export function createCounterRows(db: DatabaseSync): CounterRows {
  const put = db.prepare(
    'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const find = db.prepare('SELECT value FROM counters WHERE name = ?');
  return {
    put: (name, value) => {
      put.run(name, value);
    },
    find: (name) => {
      const row = find.get(name);
      return row === undefined ? 0 : integer(row, 'value');
    },
  };
}
