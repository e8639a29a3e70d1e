import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Waits } from '../../src/dispatch/waits.ts';
import { shuttingDown } from '../../src/errors.ts';
import { Waiting } from '../../src/method.ts';
import { FakeClock } from '../support/fake-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a wait is settled when its topic has what it looks for, and only once', () => {
  const { waits, add, outcomes } = start();
  const wait = add('t');
  waits.wake('t');
  waits.wake('other');
  expect(outcomes).toEqual([]);
  wait.found = { n: 1 };
  waits.wake('other');
  expect(outcomes).toEqual([]);
  waits.wake('t');
  waits.wake('t');
  expect(outcomes).toEqual([{ payload: { n: 1 } }]);
  expect(waits.countOf('cli_1')).toBe(0);
});

test('all waits of a topic are looked at', () => {
  const { waits, add, outcomes } = start();
  for (const n of [1, 2, 3]) add('t').found = { n };
  waits.wake('t');
  expect(outcomes).toEqual([{ payload: { n: 1 } }, { payload: { n: 2 } }, { payload: { n: 3 } }]);
});

test('at its timeout it gives up, or gives what came in the last moment', () => {
  const { add, outcomes, pass } = start();
  add('a', { timeoutMs: 100 });
  const late = add('b', { timeoutMs: 200 });
  pass(99);
  expect(outcomes).toEqual([]);
  pass(1);
  late.found = { n: 2 };
  pass(100);
  expect(outcomes).toEqual([{ payload: { gaveUp: true } }, { payload: { n: 2 } }]);
});

test('one without a timeout has no timer; one that is settled leaves none', () => {
  const { waits, add, pass, outcomes } = start();
  add('a');
  expect(vi.getTimerCount()).toBe(0);
  add('b', { timeoutMs: 100 }).found = {};
  waits.wake('b');
  pass(1_000);
  expect([outcomes.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('what throws while it looks is its outcome', () => {
  const { waits, add, outcomes } = start();
  const error = new Error('gone');
  add('t').error = error;
  waits.wake('t');
  expect(outcomes).toEqual([{ error }]);
});

test('a client that leaves takes its waits along, and nobody else\u2019s', () => {
  const { waits, add, outcomes } = start();
  add('t', { clientId: 'cli_1', timeoutMs: 50 }).found = {};
  add('u', { clientId: 'cli_1' }).found = {};
  add('t', { clientId: 'cli_2' }).found = { n: 2 };
  expect([waits.countOf('cli_1'), waits.countOf('cli_2')]).toEqual([2, 1]);
  waits.clientLeft('cli_1');
  waits.clientLeft('cli_none');
  waits.wake('t');
  waits.wake('u');
  expect([outcomes, waits.countOf('cli_1')]).toEqual([[{ payload: { n: 2 } }], 0]);
});

test('endAll ends all with the error and leaves no timer', () => {
  const { waits, add, outcomes } = start();
  add('a', { timeoutMs: 50 });
  add('b');
  const error = shuttingDown();
  waits.endAll(error);
  expect([outcomes, vi.getTimerCount(), waits.countOf('cli_1')]).toEqual([[{ error }, { error }], 0, 0]);
});

function start() {
  const clock = new FakeClock();
  const waits = new Waits(clock);
  const outcomes: object[] = [];
  const add = (topic: string, { clientId = 'cli_1', timeoutMs }: { clientId?: string; timeoutMs?: number } = {}) => {
    const wait: { found?: object; error?: Error } = {};
    const look = (): object | undefined => {
      if (wait.error !== undefined) throw wait.error;
      return wait.found;
    };
    const waiting = new Waiting<object>({ topic, timeoutMs, look, giveUp: () => ({ gaveUp: true }) });
    waits.add({ clientId, waiting, settle: (outcome) => outcomes.push(outcome) });
    return wait;
  };
  const pass = (ms: number): void => {
    clock.advance(ms);
    vi.advanceTimersByTime(ms);
  };
  return { waits, add, outcomes, pass };
}
