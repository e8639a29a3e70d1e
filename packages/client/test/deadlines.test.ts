import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines } from '../src/deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function record(
  deadlines: Deadlines,
  names: Record<string, number>,
): { expired: string[]; remove(name: string): void } {
  const expired: string[] = [];
  const entries = new Map(
    Object.entries(names).map(([name, inMs]) => [
      name,
      { at: performance.now() + inMs, expire: () => expired.push(name) },
    ]),
  );
  for (const entry of entries.values()) deadlines.add(entry);
  const remove = (name: string): void => {
    const entry = entries.get(name);
    if (entry !== undefined) deadlines.remove(entry);
  };
  return { expired, remove };
}

test('deadlines share one timer, and none is early', () => {
  const deadlines = new Deadlines();
  const { expired } = record(deadlines, { late: 500, early: 100, soon: 104 });
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(expired).toEqual(['early', 'soon']);
  vi.advanceTimersByTime(400);
  expect(expired).toEqual(['early', 'soon', 'late']);
  expect(vi.getTimerCount()).toBe(0);
});

test('what was removed does not expire', () => {
  const deadlines = new Deadlines();
  const { expired, remove } = record(deadlines, { gone: 100, stays: 200 });
  remove('gone');
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual(['stays']);
});

test('one beyond the longest timer waits for its time', () => {
  const deadlines = new Deadlines();
  const { expired } = record(deadlines, { far: 2 ** 31 + 5_000 });
  vi.advanceTimersByTime(2 ** 31);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(6_000);
  expect(expired).toEqual(['far']);
});

test('clear ends all', () => {
  const deadlines = new Deadlines();
  const { expired } = record(deadlines, { one: 10 });
  deadlines.clear();
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([]);
});
