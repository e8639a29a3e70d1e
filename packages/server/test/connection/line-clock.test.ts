import { performance } from 'node:perf_hooks';
import { defaultLimits } from '@proj/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { LineClock } from '../../src/connection/line-clock.ts';

const limits = { ...defaultLimits, first_line_timeout_ms: 500, line_timeout_ms: 300 };
const NO_LINE = { code: 'timeout', message: 'no line came in 500 ms', details: { limit: 500 } };
const UNFINISHED = {
  code: 'timeout',
  message: 'a line that was begun was not finished in 300 ms',
  details: { limit: 300 },
};

afterEach(() => {
  vi.restoreAllMocks();
});

test('a client that says nothing is overdue after the first limit, at the second look', () => {
  const { look, pass } = start();
  pass(500);
  expect([look(0), look(0)]).toEqual([undefined, undefined]);
  pass(1);
  expect([look(0), look(0)]).toEqual([undefined, NO_LINE]);
});

test('bytes that end no line do not help before the first line', () => {
  const { look, pass } = start();
  pass(501);
  expect([look(7), look(9)]).toEqual([undefined, NO_LINE]);
});

test('a client that has spoken may be silent for ever', () => {
  const { clock, look, pass } = start();
  clock.complete();
  for (let i = 0; i < 5; i++) {
    pass(3_600_000);
    expect(look(0)).toBeUndefined();
  }
});

test('a line that was begun must be finished within its limit from its first bytes on', () => {
  const { clock, look, pass } = start();
  clock.complete();
  pass(10_000);
  look(0);
  pass(300);
  expect([look(4), look(4)]).toEqual([undefined, undefined]);
  pass(1);
  expect([look(5), look(6)]).toEqual([undefined, UNFINISHED]);
});

test('a line that ends in time starts the clock anew', () => {
  const { clock, look, pass } = start();
  clock.complete();
  pass(250);
  clock.complete();
  pass(250);
  expect([look(4), look(4)]).toEqual([undefined, undefined]);
});

test('a line that is there after a stall, between two looks, is in time', () => {
  const { clock, look, pass } = start();
  pass(60_000);
  expect(look(4)).toBeUndefined();
  clock.complete();
  expect([look(0), look(0)]).toEqual([undefined, undefined]);
});

test('the clock stands while the daemon does not read', () => {
  const { clock, look, pass } = start();
  clock.complete();
  clock.run(false);
  pass(60_000);
  expect([look(4), look(4)]).toEqual([undefined, undefined]);
  clock.run(true);
  pass(300);
  expect([look(4), look(4)]).toEqual([undefined, undefined]);
  pass(1);
  expect([look(4), look(4)]).toEqual([undefined, UNFINISHED]);
});

test('reading on does not start it anew', () => {
  const { clock, look, pass } = start();
  clock.complete();
  pass(200);
  clock.run(true);
  pass(101);
  expect([look(4), look(4)]).toEqual([undefined, UNFINISHED]);
});

test('when no line will come any more nothing is overdue', () => {
  const { clock, look, pass } = start();
  clock.stop();
  pass(60_000);
  expect([look(0), look(0)]).toEqual([undefined, undefined]);
});

function start() {
  let now = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const clock = new LineClock(() => limits);
  return {
    clock,
    look: (startedBytes: number) => clock.faultAt(now, startedBytes)?.toBody(),
    pass: (ms: number): void => {
      now += ms;
    },
  };
}
