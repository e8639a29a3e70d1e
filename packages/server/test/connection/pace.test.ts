import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../src/connection/pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('without a limit lines are never too many and no timer runs', () => {
  const pace = new Pace(
    () => 0,
    () => expect.unreachable(),
  );
  for (let i = 0; i < 10_000; i++) pace.count();
  expect([pace.isSpent, vi.getTimerCount()]).toEqual([false, 0]);
});

test.each([1, 2, 9, 10, 15, 100, 999, 5_000])('of %i lines a second no more are read, and hardly fewer', (rate) => {
  const read = linesRead(rate, 10);
  expect(read).toBeLessThanOrEqual(rate * 10);
  expect(read).toBeGreaterThan(rate * 9.7);
});

test('reading goes on by itself when there is room again', () => {
  const pace = new Pace(
    () => 20,
    () => refills.push(Date.now()),
  );
  const refills: number[] = [];
  const began = Date.now();
  pace.count();
  expect(pace.isSpent).toBe(false);
  pace.count();
  expect(pace.isSpent).toBe(true);
  vi.advanceTimersByTime(100);
  expect([pace.isSpent, refills]).toEqual([false, [began + 100]]);
});

test('a limit that is lifted holds nobody back', () => {
  let rate = 10;
  const pace = new Pace(
    () => rate,
    () => {},
  );
  pace.count();
  expect(pace.isSpent).toBe(true);
  rate = 0;
  expect(pace.isSpent).toBe(false);
});

test('stop leaves no timer', () => {
  const pace = new Pace(
    () => 10,
    () => {},
  );
  pace.count();
  expect(vi.getTimerCount()).toBe(1);
  pace.stop();
  expect(vi.getTimerCount()).toBe(0);
});

/** How many lines a client that always has one gets read in so many seconds. */
function linesRead(rate: number, seconds: number): number {
  let read = 0;
  const pace = new Pace(
    () => rate,
    () => readOn(),
  );
  function readOn(): void {
    for (; !pace.isSpent; read++) pace.count();
  }
  readOn();
  vi.advanceTimersByTime(seconds * 1_000 - 1);
  pace.stop();
  return read;
}
