import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { onceByEventId } from '../../src/sessions/event-ids.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

const USED = { code: 'conflict', message: 'this event_id was used for something else' };

test('without an id every report counts', () => {
  const use = { sessionId: 's', eventId: undefined, content: { a: 1 } };
  expect(seqsOf(openJournal(), [use, use])).toEqual([1, 2]);
});

test('the same id has one effect and the same seq', () => {
  const use = { sessionId: 's', eventId: 'e', content: { a: 1, b: 'ä' } };
  expect(seqsOf(openJournal(), [use, { ...use, eventId: 'f' }, use])).toEqual([1, 2, 1]);
});

test('an id belongs to its session', () => {
  const use = { sessionId: 's', eventId: 'e', content: 1 };
  expect(seqsOf(openJournal(), [use, { ...use, sessionId: 't', content: 2 }])).toEqual([1, 2]);
});

test('an id used for something else is a conflict and appends nothing', () => {
  const journal = openJournal();
  seqsOf(journal, [{ sessionId: 's', eventId: 'e', content: { a: 1 } }]);
  const other = { sessionId: 's', eventId: 'e', content: { a: 2 } };
  expect(thrownBy(() => onceByEventId(journal, other, () => expect.unreachable()))).toEqual(USED);
});

test('a report that could not be appended uses nothing up', () => {
  const journal = openJournal();
  const use = { sessionId: 's', eventId: 'e', content: 1 };
  const refuse = (): number => {
    throw new Error('disk');
  };
  expect(() => onceByEventId(journal, use, refuse)).toThrow('disk');
  expect(seqsOf(journal, [use])).toEqual([1]);
});

function seqsOf(journal: Journal, uses: Parameters<typeof onceByEventId>[1][]): number[] {
  let seq = 0;
  return uses.map((use) => onceByEventId(journal, use, () => ++seq));
}

function openJournal(): Journal {
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  onTestFinished(() => journal.close());
  return journal;
}
