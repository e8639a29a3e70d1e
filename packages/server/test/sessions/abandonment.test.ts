import type { Session } from '@proj/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { abortAbandoned, watchAbandonment } from '../../src/sessions/abandonment.ts';
import { FakeClock, START_MS } from '../support/fake-clock.ts';
import { aSession } from '../support/records.ts';

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a session nothing happened in for the whole time is aborted, a millisecond earlier it is not', () => {
  const aborted: string[] = [];
  const unheld = [sessionOf('old', START_MS - 1), sessionOf('edge', START_MS), sessionOf('new', START_MS + 1)];
  const abort = ({ session_id }: Session) => aborted.push(session_id);
  abortAbandoned({ unheld: () => unheld, afterMs: () => 30 * DAY_MS, abort }, START_MS + 30 * DAY_MS);
  expect(aborted).toEqual(['old']);
});

test('it looks once a minute, with the time in force then, until it is ended', () => {
  const clock = new FakeClock();
  const aborted: string[] = [];
  let afterMs = DAY_MS;
  const unheld = () => [sessionOf('a', START_MS)];
  const end = watchAbandonment({
    clock,
    unheld,
    afterMs: () => afterMs,
    abort: (each) => aborted.push(each.session_id),
    onFault: () => expect.unreachable(),
  });
  clock.advance(10_000);
  vi.advanceTimersByTime(59_999);
  expect(aborted).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(aborted).toEqual([]);
  afterMs = 1_000;
  vi.advanceTimersByTime(60_000);
  expect(aborted).toEqual(['a']);
  end();
  vi.advanceTimersByTime(600_000);
  expect(aborted).toEqual(['a']);
});

test('a wall clock that is set a year ahead abandons nothing', () => {
  const clock = new FakeClock();
  const aborted: string[] = [];
  const end = watchAbandonment({
    clock,
    unheld: () => [sessionOf('a', START_MS)],
    afterMs: () => DAY_MS,
    abort: (each) => aborted.push(each.session_id),
    onFault: () => expect.unreachable(),
  });
  clock.setBack(-365 * DAY_MS);
  vi.advanceTimersByTime(120_000);
  expect(aborted).toEqual([]);
  end();
});

test('a journal that cannot be written now is tried again, and does not end the daemon', () => {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const full = new Error('database or disk is full');
  const abort = (): void => {
    throw full;
  };
  const unheld = () => [sessionOf('a', START_MS)];
  const onFault = (error: unknown) => faults.push(error);
  const end = watchAbandonment({ clock, unheld, afterMs: () => 0, abort, onFault });
  clock.advance(1);
  vi.advanceTimersByTime(120_000);
  expect(faults).toEqual([full, full]);
  end();
});

function sessionOf(session_id: string, updatedMs: number): Session {
  return aSession({ session_id, updated_at: new Date(updatedMs).toISOString() });
}
