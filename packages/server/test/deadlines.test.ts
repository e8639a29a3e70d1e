import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { Deadlines } from '../src/deadlines.ts';

const MONTH_MS = 31 * 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('keys are due in order of their deadlines, whatever the order they were set in', () => {
  const { deadlines, due, pass } = start();
  deadlines.set('c', 300);
  deadlines.set('a', 100);
  deadlines.set('b', 200);
  pass(99);
  expect(due).toEqual([]);
  pass(1);
  expect(due).toEqual(['a']);
  pass(200);
  expect(due).toEqual(['a', 'b', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

test('any number of deadlines takes one timer', () => {
  const { deadlines } = start();
  for (let i = 0; i < 100; i++) deadlines.set(`k${i}`, 1_000 - i);
  expect(vi.getTimerCount()).toBe(1);
});

test('a random story: due once, in order, at its last deadline, and never when deleted', () => {
  const step = fc.record({ key: fc.nat(20), at: fc.nat(1_000), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { deadlines, due, pass } = start();
      const expected = new Map<string, number>();
      for (const { key, at, gone } of steps) {
        const name = `k${key}`;
        if (gone) deadlines.delete(name);
        else deadlines.set(name, at);
        if (gone) expected.delete(name);
        else expected.set(name, at);
      }
      pass(1_001);
      expect(due.toSorted()).toEqual([...expected.keys()].toSorted());
      const times = due.map((name) => expected.get(name) ?? -1);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(vi.getTimerCount()).toBe(0);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a deadline past 2^31 ms is not due early', () => {
  const { deadlines, due, pass } = start();
  deadlines.set('far', 3 * MONTH_MS);
  pass(3 * MONTH_MS - 1);
  expect(due).toEqual([]);
  pass(1);
  expect(due).toEqual(['far']);
});

test('one that is past already is due in the next turn, not in this one', () => {
  const { deadlines, due } = start();
  deadlines.set('late', -5);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['late']);
});

test('set again, earlier or later, the last deadline counts', () => {
  const { deadlines, due, pass } = start();
  deadlines.set('earlier', 500);
  deadlines.set('earlier', 100);
  deadlines.set('later', 100);
  deadlines.set('later', 300);
  expect([deadlines.at('earlier'), deadlines.at('later'), deadlines.at('none')]).toEqual([100, 300, undefined]);
  pass(100);
  expect(due).toEqual(['earlier']);
  pass(500);
  expect(due).toEqual(['earlier', 'later']);
});

test('a timer that fires early, by another clock, is set anew', () => {
  const { deadlines, due, pass, sleep } = start();
  deadlines.set('a', 100);
  sleep(-60);
  pass(100);
  expect(due).toEqual([]);
  pass(60);
  expect(due).toEqual(['a']);
});

test('the machine slept: all that passed meanwhile is due, in order', () => {
  const { deadlines, due, pass, sleep } = start();
  deadlines.set('b', 200);
  deadlines.set('a', 100);
  deadlines.set('c', MONTH_MS);
  sleep(1_000);
  pass(100);
  expect(due).toEqual(['a', 'b']);
});

test('what is due may set deadlines of its own', () => {
  const { clock, pass } = start();
  const due: number[] = [];
  const deadlines = new Deadlines<string>(clock, (key) => {
    due.push(clock.elapsed());
    if (due.length < 3) deadlines.set(key, clock.elapsed() + 10);
  });
  deadlines.set('again', 10);
  pass(100);
  expect(due).toEqual([10, 20, 30]);
});

test('keys that were deleted are not kept until they would have been due', async () => {
  const deadlines = new Deadlines<object>(start().clock, () => {});
  const first = new WeakRef(setAndDelete(deadlines));
  for (let i = 0; i < 1_000; i++) setAndDelete(deadlines);
  // A turn later, since a weak reference holds its target for the turn it was made in.
  await nextTurn();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(first.deref()).toBeUndefined();
  deadlines.clear();
});

test('clear forgets all and leaves no timer; afterwards it can be used again', () => {
  const { deadlines, due, pass } = start();
  deadlines.set('a', 100);
  deadlines.clear();
  expect(vi.getTimerCount()).toBe(0);
  expect(deadlines.at('a')).toBeUndefined();
  deadlines.set('b', 100);
  pass(100);
  expect(due).toEqual(['b']);
});

function setAndDelete(deadlines: Deadlines<object>): object {
  const key = {};
  deadlines.set(key, MONTH_MS);
  deadlines.delete(key);
  return key;
}

function start() {
  const began = Date.now();
  let skew = 0;
  const clock: Clock = { bootId: 'boot', now: () => Date.now(), elapsed: () => Date.now() - began + skew };
  const due: string[] = [];
  const deadlines = new Deadlines<string>(clock, (key) => due.push(key));
  const pass = (ms: number): void => {
    vi.advanceTimersByTime(ms);
  };
  // The clock goes on while the process's timers stand still.
  const sleep = (ms: number): void => {
    skew += ms;
  };
  return { clock, deadlines, due, pass, sleep };
}
