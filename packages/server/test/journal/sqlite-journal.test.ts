import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { filesWith } from '../support/file-bytes.ts';
import { anAsk, aSession, aStatusUpdate, LATER } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';

const CANARY = 'correct-horse-battery-staple';

test('what was committed is there after it was opened again', () => {
  const dir = tempDirectory();
  const journal = openSqliteJournal(join(dir, 'journal.db'), 'full');
  commit(journal, () => fill(journal));
  const before = contentOf(journal);
  expect(before).toMatchObject({ headSeq: 2, oldestSeq: 1, counters: 7, secret: '"s"' });
  journal.close();
  expect(contentOf(open(dir))).toStrictEqual(before);
});

test('what was not committed is gone, after a rollback and after a crash', () => {
  const dir = tempDirectory();
  const journal = open(dir);
  const empty = contentOf(journal);
  journal.begin();
  fill(journal);
  journal.rollback(new Error('why not'));
  expect(contentOf(journal)).toStrictEqual(empty);
  journal.begin();
  fill(journal);
  expect(contentOf(openCopy(dir))).toStrictEqual(empty);
  journal.rollback(undefined);
});

test('after an I/O error it opens its file anew and goes on', () => {
  const journal = open(tempDirectory());
  journal.begin();
  fill(journal);
  journal.rollback(Object.assign(new Error('disk I/O error'), { errcode: 10 | (4 << 8) }));
  commit(journal, () => fill(journal));
  expect(contentOf(journal)).toMatchObject({ headSeq: 2, counters: 7 });
});

test('a rollback without a transaction does no harm', () => {
  const journal = open(tempDirectory());
  journal.rollback(new Error('at begin'));
  commit(journal, () => fill(journal));
  expect(journal.headSeq).toBe(2);
});

test('a row is replaced by its place, not added', () => {
  const journal = open(tempDirectory());
  commit(journal, () => {
    journal.sessions.put(aSession(), 1);
    journal.sessions.put(aSession({ state: 'paused' }), 1);
    journal.asks.put({ ask: anAsk(), dueMs: 1_000.5, bootId: 'b' }, 2);
    journal.asks.put({ ask: anAsk({ state: 'expired' }), dueMs: null, bootId: 'c' }, 2);
  });
  expect(journal.sessions.list({ afterSeq: 0, limit: 9 })).toStrictEqual([
    { row: aSession({ state: 'paused' }), openedSeq: 1 },
  ]);
  expect(journal.asks.list({ afterSeq: 0, limit: 9 })).toStrictEqual([
    { row: anAsk({ state: 'expired' }), openedSeq: 2 },
  ]);
  expect([journal.asks.pending(), journal.sessions.live().length]).toEqual([[], 1]);
});

test('ids and keys are unique where they must be', () => {
  const journal = open(tempDirectory());
  const twice = (put: () => void): void => {
    put();
    expect(put).toThrow('UNIQUE');
  };
  twice(() => journal.eventIds.put('s', 'e', { seq: 1, digest: 'd' }));
  twice(() => journal.secrets.put('a', 's', '1'));
  let seq = 0;
  twice(() => journal.inputs.put('s', { seq: ++seq, inputId: 'i', input: '{}' }));
  twice(() => journal.asks.put({ ask: anAsk({ key: 'k', ask_id: `a${++seq}` }), dueMs: null, bootId: 'b' }, seq));
});

describe('a secret', () => {
  test('that was deleted and scrubbed is in no byte of any file', () => {
    const dir = tempDirectory();
    const journal = open(dir);
    commit(journal, () => journal.secrets.put('ask_1', 'ses_1', CANARY));
    expect(filesWith(dir, CANARY)).not.toEqual([]);
    commit(journal, () => journal.secrets.deleteOfSession('ses_1'));
    expect(filesWith(dir, CANARY)).not.toEqual([]);
    journal.scrub();
    expect(filesWith(dir, CANARY)).toEqual([]);
  });

  test('leaves no trace either where it lay in the file for long', () => {
    const dir = tempDirectory();
    const first = openSqliteJournal(join(dir, 'journal.db'), 'full');
    commit(first, () => first.secrets.put('ask_1', 'ses_1', CANARY));
    first.close();
    const journal = open(dir);
    commit(journal, () => journal.secrets.deleteOfSession('ses_1'));
    journal.scrub();
    expect(filesWith(dir, CANARY)).toEqual([]);
  });

  test('that a crash kept from being scrubbed is scrubbed after the next commit', () => {
    const dir = tempDirectory();
    const crashed = open(dir);
    commit(crashed, () => crashed.secrets.put('ask_1', 'ses_1', CANARY));
    commit(crashed, () => crashed.secrets.deleteOfSession('ses_1'));
    const copy = copyOf(dir);
    const journal = open(copy);
    commit(journal, () => journal.append(aStatusUpdate(1), 'line'));
    journal.scrub();
    expect(filesWith(copy, CANARY)).toEqual([]);
  });

  test('is scrubbed later where a reader is in the way', () => {
    const dir = tempDirectory();
    const journal = open(dir);
    commit(journal, () => journal.secrets.put('ask_1', 'ses_1', CANARY));
    const reader = new DatabaseSync(join(dir, 'journal.db'), { readOnly: true });
    reader.exec('BEGIN; SELECT * FROM secrets');
    commit(journal, () => journal.secrets.deleteOfSession('ses_1'));
    journal.scrub();
    expect(filesWith(dir, CANARY)).not.toEqual([]);
    reader.close();
    journal.scrub();
    expect(filesWith(dir, CANARY)).toEqual([]);
  });
});

function open(dir: string): Journal {
  const journal = openSqliteJournal(join(dir, 'journal.db'), 'full');
  onTestFinished(() => journal.close());
  return journal;
}

/** The files as a crash in this moment leaves them. */
function copyOf(dir: string): string {
  const copy = tempDirectory();
  for (const name of readdirSync(dir)) if (!name.endsWith('-shm')) copyFileSync(join(dir, name), join(copy, name));
  return copy;
}

function openCopy(dir: string): Journal {
  return open(copyOf(dir));
}

function commit(journal: Journal, write: () => void): void {
  journal.begin();
  write();
  journal.commit();
}

function fill(journal: Journal): void {
  journal.append(aStatusUpdate(1), 'one');
  journal.append(aStatusUpdate(2), 'two');
  journal.sessions.put(aSession({ key: 'k', metadata: { a: [1, 'ä'] } }), 1);
  journal.asks.put({ ask: anAsk({ key: 'k' }), dueMs: 1_000.5, bootId: 'b' }, 2);
  journal.messages.put('ses_1', { seq: 3, sender: 'human', content: 'c', at: LATER });
  journal.inputs.put('ses_1', { seq: 4, inputId: undefined, input: '{"input_type":"abort"}' });
  journal.eventIds.put('ses_1', 'e', { seq: 1, digest: 'd' });
  journal.secrets.put('ask_1', 'ses_1', '"s"');
  journal.counters.put('n', 7);
}

function contentOf(journal: Journal): object {
  const { headSeq, oldestSeq, durability } = journal;
  return {
    headSeq,
    oldestSeq,
    durability,
    lines: journal.readLines({ afterSeq: 0, throughSeq: headSeq, limit: 9, filter: {} }),
    sessions: [
      journal.sessions.live(),
      journal.sessions.find('ses_1'),
      journal.sessions.list({ afterSeq: 0, limit: 9 }),
    ],
    asks: [journal.asks.pending(), journal.asks.find('ask_1'), journal.asks.findByKey('ses_1', 'k')],
    messages: journal.messages.list('ses_1', 0, 9),
    inputs: [journal.inputs.next('ses_1', 0), journal.inputs.findById('ses_1', 'e')],
    eventIds: journal.eventIds.find('ses_1', 'e'),
    secret: journal.secrets.find('ask_1'),
    counters: journal.counters.find('n'),
  };
}
