import type { DatabaseSync } from 'node:sqlite';
import type { JournalEvent } from '@proj/protocol';
import { integer, text } from './column.ts';
import type { Line, LineRange } from './journal.ts';

// A call removes so many events at most: a few milliseconds.
const DROP_AT_ONCE = 500;
// A reader that takes nothing is given so much at most: it lies in memory until it does.
const PAGE_BYTES = 262_144;

export interface EventLog {
  readonly head: number;
  readonly oldest: number;
  /** Reads `head` and `oldest` again. */
  reload(): void;
  append(event: JournalEvent, line: string): void;
  read(range: LineRange): { lines: Line[]; throughSeq: number };
  dropOldest(keep: { afterSeq: number; sinceMs: number }): boolean;
}

type Row = Record<string, unknown>;

interface Page {
  lines: Line[];
  lookedAt: number;
  /** The last event looked at. */
  last: number | undefined;
  /** It ended because of its bytes: there may be more. */
  isFull: boolean;
}

/** Takes rows until they are enough bytes; one line at least, however large. */
function takePage(rows: Iterable<Row>, passes: (row: Row) => boolean): Page {
  const page: Page = { lines: [], lookedAt: 0, last: undefined, isFull: false };
  let bytes = 0;
  for (const row of rows) {
    page.lookedAt++;
    page.last = integer(row, 'seq');
    if (!passes(row)) continue;
    const line = text(row, 'line');
    page.lines.push({ seq: page.last, line });
    bytes += line.length;
    page.isFull = bytes >= PAGE_BYTES;
    if (page.isFull) break;
  }
  return page;
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
          ? all.iterate(afterSeq, throughSeq, limit)
          : ofSession.iterate(sessionId, afterSeq, throughSeq, limit);
      const passes = (row: Row): boolean => types === undefined || types.includes(text(row, 'type'));
      const { lines, lookedAt, last, isFull } = takePage(rows, passes);
      return { lines, throughSeq: last === undefined || (lookedAt < limit && !isFull) ? throughSeq : last };
    },
    dropOldest({ afterSeq, sinceMs }) {
      const rows = oldestRows.all(head, DROP_AT_ONCE);
      const kept = rows.findIndex((row) => integer(row, 'seq') > afterSeq && integer(row, 'at_ms') >= sinceMs);
      const last = rows.at(kept === -1 ? -1 : kept - 1);
      if (last === undefined || kept === 0) return false;
      const through = integer(last, 'seq');
      drop.run(through);
      oldest = through + 1;
      return kept === -1 && rows.length === DROP_AT_ONCE;
    },
  };
}
