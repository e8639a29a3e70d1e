import type { DatabaseSync } from 'node:sqlite';
import type { JournalEvent } from '@proj/protocol';
import { integer, text } from './column.ts';
import type { Line, LineRange } from './journal.ts';

// A call removes so many events at most: a few milliseconds.
const DROP_AT_ONCE = 500;

export interface EventLog {
  readonly head: number;
  readonly oldest: number;
  /** Reads `head` and `oldest` again. */
  reload(): void;
  append(event: JournalEvent, line: string): void;
  read(range: LineRange): { lines: Line[]; throughSeq: number };
  dropOldest(keep: { afterSeq: number; sinceMs: number }): boolean;
}

/** The table of events. `head` and `oldest` are read once and then kept in step. */
export function createEventLog(db: DatabaseSync): EventLog {
  const insert = db.prepare('INSERT INTO events (seq, at_ms, type, session_id, line) VALUES (?, ?, ?, ?, ?)');
  const all = db.prepare('SELECT seq, type, line FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?');
  const ofSession = db.prepare(
    'SELECT seq, type, line FROM events WHERE session_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
  );
  const oldestRows = db.prepare('SELECT seq, at_ms FROM events WHERE seq < ? ORDER BY seq LIMIT ?');
  const drop = db.prepare('DELETE FROM events WHERE seq <= ?');
  const ends = db.prepare('SELECT (SELECT max(seq) FROM events) AS head, (SELECT min(seq) FROM events) AS oldest');
  let head = 0;
  let oldest = 1;
  reload();

  function reload(): void {
    const row = ends.get();
    head = Number(row?.['head'] ?? 0);
    oldest = Number(row?.['oldest'] ?? 1);
  }

  return {
    reload,
    get head() {
      return head;
    },
    get oldest() {
      return oldest;
    },
    append({ seq, at, type, session_id }, line) {
      insert.run(seq, Date.parse(at), type, session_id ?? null, line);
      head = seq;
    },
    read({ afterSeq, throughSeq, limit, filter: { sessionId, types } }) {
      const rows =
        sessionId === undefined
          ? all.all(afterSeq, throughSeq, limit)
          : ofSession.all(sessionId, afterSeq, throughSeq, limit);
      const last = rows.at(-1);
      const passed = types === undefined ? rows : rows.filter((row) => types.includes(text(row, 'type')));
      return {
        lines: passed.map((row) => ({ seq: integer(row, 'seq'), line: text(row, 'line') })),
        throughSeq: last === undefined || rows.length < limit ? throughSeq : integer(last, 'seq'),
      };
    },
    dropOldest({ afterSeq, sinceMs }) {
      const rows = oldestRows.all(head, DROP_AT_ONCE);
      const kept = rows.findIndex((row) => integer(row, 'seq') > afterSeq && integer(row, 'at_ms') >= sinceMs);
      const last = rows.at(kept === -1 ? -1 : kept - 1);
      if (last === undefined || kept === 0) return false;
      oldest = integer(last, 'seq') + 1;
      drop.run(oldest - 1);
      return kept === -1 && rows.length === DROP_AT_ONCE;
    },
  };
}
