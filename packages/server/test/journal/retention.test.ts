import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { timestamp } from '../../src/clock.ts';
import { dropSome, watchRetention } from '../../src/journal/retention.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { aStatusUpdate } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['no bound', { max_events: 0, max_age_ms: 0 }, 1],
  ['so many', { max_events: 4, max_age_ms: 0 }, 7],
  ['more than there are', { max_events: 99, max_age_ms: 0 }, 1],
  ['so old', { max_events: 0, max_age_ms: 3_500 }, 7],
  ['both, the stricter counts', { max_events: 2, max_age_ms: 3_500 }, 9],
  ['both, the other way round', { max_events: 8, max_age_ms: 1_500 }, 9],
  ['all too old: the last one stays', { max_events: 0, max_age_ms: 1 }, 10],
])('%s', (_name, keep, oldestSeq) => {
  const { journal, deps } = start(10);
  expect(dropSome({ ...deps, keep: () => keep })).toBe(false);
  expect([journal.oldestSeq, journal.headSeq]).toEqual([oldestSeq, 10]);
});

test('a turn that is open ends before anything is removed', () => {
  const { journal, deps } = start(10);
  journal.begin();
  journal.append(aStatusUpdate(11), 'line');
  dropSome({ ...deps, keep: () => ({ max_events: 1, max_age_ms: 0 }), endTurn: () => journal.commit() });
  expect(journal.oldestSeq).toBe(11);
});

test('it looks every ten seconds, a few events at a time, until it is ended', () => {
  const { journal, deps } = start(1_200);
  const end = watchRetention({
    ...deps,
    keep: () => ({ max_events: 10, max_age_ms: 0 }),
    onFault: () => expect.unreachable(),
  });
  vi.advanceTimersByTime(9_999);
  expect(journal.oldestSeq).toBe(1);
  vi.advanceTimersByTime(1);
  const steps = [journal.oldestSeq];
  while (vi.getTimerCount() > 1) {
    vi.advanceTimersToNextTimer();
    steps.push(journal.oldestSeq);
  }
  expect(steps).toEqual([501, 1_001, 1_191]);
  end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a journal that cannot be written now is tried again, and does not end the daemon', () => {
  const { journal, deps } = start(10);
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const full = new Error('database or disk is full');
  let isFull = true;
  const endTurn = (): void => {
    if (isFull) throw full;
  };
  const end = watchRetention({ ...deps, keep: () => ({ max_events: 4, max_age_ms: 0 }), endTurn, onFault });
  vi.advanceTimersByTime(10_000);
  expect([faults, journal.oldestSeq]).toEqual([[full], 1]);
  isFull = false;
  vi.advanceTimersByTime(10_000);
  expect([faults.length, journal.oldestSeq]).toEqual([1, 7]);
  end();
});

/** A journal of so many events, a second apart, the last one now. */
function start(count: number) {
  const clock = new FakeClock();
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'full');
  onTestFinished(() => journal.close());
  journal.begin();
  for (let seq = 1; seq <= count; seq++) {
    const at = timestamp(clock.now() - (count - seq) * 1_000);
    journal.append({ ...aStatusUpdate(seq), at }, `line ${seq}`);
  }
  journal.commit();
  // A moment later, so that the last one is not of this very millisecond.
  clock.advance(2);
  return { journal, deps: { journal, clock, endTurn: () => {} } };
}
