import { performance } from 'node:perf_hooks';
import { Duplex } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { Progress } from '../../src/connection/progress.ts';

const SLOW = { code: 'slow_consumer', message: 'the client took nothing for 500 ms', details: { limit: 500 } };

afterEach(() => {
  vi.restoreAllMocks();
});

test('a client with nothing waiting may take its time', () => {
  const { look } = start();
  expect([look(0, 0), look(10_000, 0)]).toEqual([undefined, undefined]);
});

test('one that takes nothing is slow when the limit has passed', () => {
  const { look } = start();
  expect([look(100, 9), look(599, 9), look(600, 9)]).toEqual([undefined, undefined, SLOW]);
});

test('any byte will do', () => {
  const { look } = start();
  expect([look(100, 9), look(500, 8), look(900, 7), look(1_399, 7)]).toEqual(Array(4).fill(undefined));
  expect(look(1_400, 7)).toEqual(SLOW);
});

test('what is added meanwhile does not make it slow at once', () => {
  const { look } = start();
  expect([look(100, 9), look(599, 20), look(1_098, 20)]).toEqual([undefined, undefined, undefined]);
});

test('having taken all, it starts anew', () => {
  const { look } = start();
  expect([look(100, 9), look(500, 0), look(700, 9), look(1_199, 9)]).toEqual(Array(4).fill(undefined));
});

test('within one large write the queue of the socket tells', () => {
  const { look } = start({ writeQueueSize: 9 });
  expect(look(100, 50)).toBeUndefined();
  expect(look(600, 50)).toEqual(SLOW);
  const taking = start({ writeQueueSize: 9 });
  expect(taking.look(100, 50)).toBeUndefined();
  taking.handle.writeQueueSize = 8;
  expect(taking.look(600, 50)).toBeUndefined();
});

function start(handle?: { writeQueueSize: number }) {
  vi.spyOn(performance, 'now').mockImplementation(() => 0);
  const stream = new Duplex();
  let waiting = 0;
  Object.defineProperty(stream, 'writableLength', { get: () => waiting });
  if (handle !== undefined) Object.assign(stream, { _handle: handle });
  const progress = new Progress(stream, () => 500);
  return {
    handle: handle ?? { writeQueueSize: 0 },
    look: (now: number, bytes: number) => {
      waiting = bytes;
      return progress.faultAt(now)?.toBody();
    },
  };
}
