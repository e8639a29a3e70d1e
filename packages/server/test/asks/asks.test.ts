import { join } from 'node:path';
import type { Ask, JournalEvent } from '@proj/protocol';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Asks } from '../../src/asks/asks.ts';
import { timestamp } from '../../src/clock.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { AT, anAsk, aSession, LATER } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('pending asks are counted and listed in order of creation, in all and by session', () => {
  const { asks } = openAsks();
  asks.apply(opened(1, { ask_id: 'a' }));
  asks.apply(opened(2, { ask_id: 'b', session_id: 'ses_2' }));
  asks.apply(opened(3, { ask_id: 'c' }));
  asks.apply(settled(4, { ask_id: 'a', state: 'cancelled' }));
  expect(asks.pendingCount).toBe(2);
  expect([asks.pendingCountOf('ses_1'), asks.pendingCountOf('ses_2'), asks.pendingCountOf('ses_3')]).toEqual([1, 1, 0]);
  expect(asks.pending().map(({ row, openedSeq }) => [row.ask_id, openedSeq])).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
  expect(asks.pendingOf('ses_1')).toStrictEqual([anAsk({ ask_id: 'c', changed_seq: 3 })]);
});

test('an ask is found pending, settled and saved', () => {
  const { asks } = openAsks();
  asks.apply(opened(1));
  expect(asks.get('ask_1')).toStrictEqual(anAsk({ changed_seq: 1 }));
  asks.apply(settled(2, { state: 'expired' }));
  const expired = anAsk({ changed_seq: 2, state: 'expired' });
  expect(asks.get('ask_1')).toStrictEqual(expired);
  asks.save();
  expect(asks.get('ask_1')).toStrictEqual(expired);
  expect(thrownBy(() => asks.get('ask_2'))).toEqual({ code: 'not_found', message: 'no ask has this id' });
});

test('an ask settles once: a second settlement changes nothing', () => {
  const { asks } = openAsks();
  asks.apply(opened(1));
  asks.apply(settled(2, { state: 'expired' }));
  asks.apply(settled(3, { state: 'cancelled' }));
  expect(asks.get('ask_1')).toStrictEqual(anAsk({ changed_seq: 2, state: 'expired' }));
  expect(asks.pendingCount).toBe(0);
});

test('a key finds its ask in its session, saved or not, answered or not', () => {
  const { asks } = openAsks();
  asks.apply(opened(1, { key: 'k' }));
  expect(asks.findByKey('ses_1', 'k')?.ask_id).toBe('ask_1');
  expect(asks.findByKey('ses_2', 'k')).toBeUndefined();
  asks.apply(settled(2, { key: 'k', state: 'expired' }));
  expect(asks.findByKey('ses_1', 'k')).toStrictEqual(anAsk({ key: 'k', changed_seq: 2, state: 'expired' }));
});

test('a list is by state and session, saved or not', () => {
  const { asks } = openAsks();
  asks.apply(opened(1, { ask_id: 'a' }));
  asks.apply(opened(2, { ask_id: 'b', session_id: 'ses_2' }));
  asks.apply(settled(3, { ask_id: 'a', state: 'expired' }));
  const idsOf = (query: { state?: string; sessionId?: string }) =>
    asks.list({ ...query, afterSeq: 0, limit: 9 }).map(({ row }) => row.ask_id);
  expect(idsOf({})).toEqual(['a', 'b']);
  expect(idsOf({ state: 'expired' })).toEqual(['a']);
  expect(idsOf({ sessionId: 'ses_2' })).toEqual(['b']);
  expect(idsOf({ state: 'pending', sessionId: 'ses_1' })).toEqual([]);
});

test('a secret lives until its session ends', () => {
  const { asks } = openAsks();
  asks.keepSecret(anAsk({ ask_id: 'a' }), { pin: 7 });
  asks.keepSecret(anAsk({ ask_id: 'b', session_id: 'ses_2' }), 'other');
  expect(asks.secretValue('a')).toEqual({ pin: 7 });
  asks.apply(sessionChanged('paused'));
  expect(asks.secretValue('a')).toEqual({ pin: 7 });
  asks.apply(sessionChanged('completed'));
  expect([asks.secretValue('a'), asks.secretValue('b')]).toEqual([undefined, 'other']);
});

describe('a deadline', () => {
  test('comes after timeout_ms, not a millisecond earlier', () => {
    const { asks, clock, due } = openAsks();
    asks.apply(opened(1, { timeout_ms: 500 }));
    pass(clock, 499);
    expect([asks.isDue('ask_1'), due]).toEqual([false, []]);
    pass(clock, 1);
    expect(due).toEqual(['ask_1']);
  });

  test('is past by the clock although no timer has fired', () => {
    const { asks, clock } = openAsks();
    asks.apply(opened(1, { timeout_ms: 500 }));
    clock.advance(500);
    expect(asks.isDue('ask_1')).toBe(true);
  });

  test('an ask without one is never due', () => {
    const { asks, clock, due } = openAsks();
    asks.apply(opened(1));
    pass(clock, YEAR_MS);
    expect([asks.isDue('ask_1'), due]).toEqual([false, []]);
  });

  test('that of a settled ask is gone', () => {
    const { asks, clock, due } = openAsks();
    asks.apply(opened(1, { timeout_ms: 500 }));
    asks.apply(settled(2, { state: 'cancelled' }));
    pass(clock, 600);
    expect([asks.isDue('ask_1'), due]).toEqual([false, []]);
  });

  test.each([-HOUR_MS, HOUR_MS, YEAR_MS])('does not move when the wall clock is set by %i ms', (ms) => {
    const { asks, clock, due } = openAsks();
    asks.apply(opened(1, { timeout_ms: 60_000 }));
    clock.setBack(-ms);
    pass(clock, 59_999);
    expect(due).toEqual([]);
    pass(clock, 1);
    expect(due).toEqual(['ask_1']);
  });

  test.each([-HOUR_MS, HOUR_MS, YEAR_MS])(
    'survives a restart in the same boot, whatever the wall clock says: %i ms',
    (ms) => {
      const { asks, clock, journal } = openAsks();
      asks.apply(opened(1, { timeout_ms: 60_000 }));
      asks.save();
      asks.stop();
      clock.advance(20_000);
      clock.setBack(-ms);
      const again = openAsks({ journal, clock });
      pass(clock, 39_999);
      expect(again.due).toEqual([]);
      pass(clock, 1);
      expect(again.due).toEqual(['ask_1']);
    },
  );

  test('goes by the wall time in another boot', () => {
    const { asks, clock, journal } = openAsks();
    asks.apply(opened(1, { timeout_ms: 60_000, expires_at: timestamp(clock.now() + 60_000) }));
    asks.save();
    asks.stop();
    clock.reboot(20_000);
    const again = openAsks({ journal, clock });
    pass(clock, 39_999);
    expect(again.due).toEqual([]);
    pass(clock, 1);
    expect(again.due).toEqual(['ask_1']);
  });

  test('that passed while the machine was off is due at once', () => {
    const { asks, clock, journal } = openAsks();
    asks.apply(opened(1, { timeout_ms: 60_000, expires_at: timestamp(clock.now() + 60_000) }));
    asks.save();
    asks.stop();
    clock.reboot(HOUR_MS);
    const again = openAsks({ journal, clock });
    expect(again.asks.isDue('ask_1')).toBe(true);
    vi.advanceTimersByTime(1);
    expect(again.due).toEqual(['ask_1']);
  });

  test('is kept when the settlement is rolled back', () => {
    const { asks, clock, due } = openAsks();
    asks.apply(opened(1, { timeout_ms: 500 }));
    asks.save();
    asks.apply(settled(2, { state: 'cancelled' }));
    asks.load();
    expect(asks.get('ask_1').state).toBe('pending');
    pass(clock, 500);
    expect(due).toEqual(['ask_1']);
  });

  test('stop leaves no timer', () => {
    const { asks } = openAsks();
    asks.apply(opened(1, { timeout_ms: 500 }));
    expect(vi.getTimerCount()).toBe(1);
    asks.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function openAsks({ clock = new FakeClock(), journal = openJournal() }: { clock?: FakeClock; journal?: Journal } = {}) {
  const due: string[] = [];
  const asks = new Asks(journal, clock, (askId) => due.push(askId));
  asks.load();
  onTestFinished(() => asks.stop());
  return { asks, clock, journal, due };
}

function openJournal(): Journal {
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  onTestFinished(() => journal.close());
  return journal;
}

function pass(clock: FakeClock, ms: number): void {
  clock.advance(ms);
  vi.advanceTimersByTime(ms);
}

function opened(seq: number, fields: Partial<Ask> = {}): JournalEvent {
  const payload = anAsk({ changed_seq: seq, ...fields });
  return { v: 1, seq, at: AT, type: 'ask.opened', session_id: payload.session_id, payload };
}

function settled(seq: number, fields: Partial<Ask>): JournalEvent {
  const payload = anAsk({ changed_seq: seq, ...fields });
  return { v: 1, seq, at: LATER, type: 'ask.settled', session_id: payload.session_id, payload };
}

function sessionChanged(state: 'paused' | 'completed'): JournalEvent {
  return { v: 1, seq: 9, at: LATER, type: 'session.changed', session_id: 'ses_1', payload: aSession({ state }) };
}
