import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type JournalEvent, journaledTypes } from '@proj/protocol';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Journal, LineFilter } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { aStatusUpdate } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';

const all: LineFilter = {};

describe('readLines', () => {
  test('gives the lines of a range in order, the ends told apart', () => {
    const journal = filled(9);
    const read = (afterSeq: number, throughSeq: number, limit: number) =>
      journal.readLines({ afterSeq, throughSeq, limit, filter: all });
    expect(read(2, 5, 9)).toEqual({ lines: lines(3, 5), throughSeq: 5 });
    expect(read(2, 9, 3)).toEqual({ lines: lines(3, 5), throughSeq: 5 });
    expect(read(9, 9, 3)).toEqual({ lines: [], throughSeq: 9 });
    expect(read(6, 9, 3)).toEqual({ lines: lines(7, 9), throughSeq: 9 });
  });

  test('says how far it looked, though nothing passed', () => {
    const journal = filled(9);
    const none = { afterSeq: 0, throughSeq: 9, limit: 4, filter: { types: ['ask.opened'] } };
    expect(journal.readLines(none)).toEqual({ lines: [], throughSeq: 4 });
    const nobody = { ...none, filter: { sessionId: 'nobody' } };
    expect(journal.readLines(nobody)).toEqual({ lines: [], throughSeq: 9 });
  });

  test('a page is bounded in bytes too, and one large line is a page', () => {
    const journal = openJournal();
    append(journal, [1, 2, 3, 4], 'x'.repeat(400_000));
    const pages = readAll(journal, { filter: all, limit: 500 });
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1, 1]);
  });

  test('pages of any size, with any filter, join to what passes, gapless and in order', () => {
    const journal = openJournal();
    const events = Array.from({ length: 120 }, (_, i) => ({ seq: i + 1, session: `s${(i * 7) % 3}`, y: i % 5 === 0 }));
    journal.begin();
    for (const { seq, session, y } of events) {
      const event = aStatusUpdate(seq, { session_id: session });
      const other = {
        ...event,
        type: 'session.logged',
        payload: { seq, sender: 'a', content: 'c', at: event.at },
      } as const;
      journal.append(y ? other : event, `line ${seq}`);
    }
    journal.commit();
    const sessionId = fc.option(fc.constantFrom('s0', 's1', 's2', 'none'), { nil: undefined });
    const types = fc.option(fc.subarray(['session.event', 'session.logged', 'ask.opened']), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), sessionId, types, (limit, session, wanted) => {
        const passing = events
          .filter((event) => session === undefined || event.session === session)
          .filter((event) => wanted === undefined || wanted.includes(event.y ? 'session.logged' : 'session.event'));
        const read = readAll(journal, { filter: { sessionId: session, types: wanted }, limit }).flat();
        expect(read).toEqual(passing.map(({ seq }) => ({ seq, line: `line ${seq}` })));
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

describe('dropOldest', () => {
  test('that fails leaves the beginning where it was', () => {
    const dir = tempDirectory();
    const journal = openJournal(dir);
    append(journal, [1, 2, 3, 4, 5]);
    const db = new DatabaseSync(join(dir, 'journal.db'));
    onTestFinished(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    expect(() => journal.dropOldest({ afterSeq: 4, sinceMs: 0 })).toThrow('database is locked');
    expect(journal.oldestSeq).toBe(1);
  });

  test('removes a prefix: what is too far back or too old, never a hole', () => {
    const journal = filled(9);
    expect(journal.dropOldest({ afterSeq: 4, sinceMs: 0 })).toBe(false);
    expect([journal.oldestSeq, journal.headSeq]).toEqual([5, 9]);
    expect(readAll(journal, { filter: all, limit: 9 }).flat()).toEqual(lines(5, 9));
    expect(journal.dropOldest({ afterSeq: 4, sinceMs: 0 })).toBe(false);
    expect(journal.oldestSeq).toBe(5);
  });

  test('removes events of whatever type: after a restart too there is no hole', () => {
    const dir = tempDirectory();
    const journal = openJournal(dir);
    journal.begin();
    // Retention looks at place and time only, so the payload need not fit.
    for (const [i, type] of journaledTypes.entries()) {
      journal.append({ ...aStatusUpdate(i + 1), type } as JournalEvent, `line ${i + 1}`);
    }
    journal.commit();
    const last = journaledTypes.length + 1;
    append(journal, [last]);
    journal.dropOldest({ afterSeq: last - 1, sinceMs: 0 });
    const reopened = openJournal(dir);
    expect([reopened.oldestSeq, reopened.headSeq]).toEqual([last, last]);
    expect(readAll(reopened, { filter: all, limit: 99 }).flat()).toEqual(lines(last, last));
  });

  test('goes by the time of the events', () => {
    const journal = openJournal();
    append(journal, [1, 2, 3, 4]);
    journal.dropOldest({ afterSeq: 0, sinceMs: atMs(3) });
    expect(journal.oldestSeq).toBe(3);
  });

  test('a clock that was set back makes no hole', () => {
    const journal = openJournal();
    append(
      journal,
      [1, 5, 2, 6].map((time, i) => ({ seq: i + 1, time })),
    );
    journal.dropOldest({ afterSeq: 0, sinceMs: atMs(3) });
    expect([
      journal.oldestSeq,
      readAll(journal, { filter: all, limit: 9 })
        .flat()
        .map(({ seq }) => seq),
    ]).toEqual([2, [2, 3, 4]]);
  });

  test('never removes the last event, so that no seq comes twice', () => {
    const dir = tempDirectory();
    const journal = openJournal(dir);
    append(journal, [1, 2, 3]);
    journal.dropOldest({ afterSeq: 99, sinceMs: Number.MAX_SAFE_INTEGER });
    expect([journal.oldestSeq, journal.headSeq]).toEqual([3, 3]);
    expect(openJournal(dir).headSeq).toBe(3);
  });

  test('of an empty log does nothing', () => {
    const journal = openJournal();
    expect(journal.dropOldest({ afterSeq: 99, sinceMs: 0 })).toBe(false);
    expect([journal.oldestSeq, journal.headSeq]).toEqual([1, 0]);
  });

  test('stops at its bound and says that there is more', () => {
    const journal = filled(1_200);
    const keep = { afterSeq: 1_100, sinceMs: 0 };
    const steps = [1, 2, 3].map(() => [journal.dropOldest(keep), journal.oldestSeq]);
    expect(steps).toEqual([
      [true, 501],
      [true, 1_001],
      [false, 1_101],
    ]);
  });
});

function openJournal(dir = tempDirectory()): Journal {
  const journal = openSqliteJournal(join(dir, 'journal.db'), 'full');
  onTestFinished(() => journal.close());
  return journal;
}

function filled(count: number): Journal {
  const journal = openJournal();
  append(
    journal,
    Array.from({ length: count }, (_, i) => i + 1),
  );
  return journal;
}

/** Each event is a second later than its place, unless its time is given. */
function append(journal: Journal, events: (number | { seq: number; time: number })[], text = ''): void {
  journal.begin();
  for (const event of events) {
    const { seq, time } = typeof event === 'number' ? { seq: event, time: event } : event;
    const at = new Date(atMs(time)).toISOString();
    journal.append({ ...aStatusUpdate(seq), at }, text === '' ? `line ${seq}` : text);
  }
  journal.commit();
}

function atMs(time: number): number {
  return Date.parse('2026-11-20T12:00:00.000Z') + time * 1_000;
}

function lines(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, line: `line ${from + i}` }));
}

function readAll(journal: Journal, { filter, limit }: { filter: LineFilter; limit: number }) {
  const pages = [];
  for (let afterSeq = 0; afterSeq < journal.headSeq; ) {
    const page = journal.readLines({ afterSeq, throughSeq: journal.headSeq, limit, filter });
    if (page.throughSeq <= afterSeq) throw new Error(`it stands still at ${afterSeq}`);
    pages.push(page.lines);
    afterSeq = page.throughSeq;
  }
  return pages;
}
