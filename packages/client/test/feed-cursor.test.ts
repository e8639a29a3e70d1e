import type { JournalEvent, PushEvent } from '@proj/protocol';
import { expect, test } from 'vitest';
import { FeedCursor } from '../src/feed-cursor.ts';

const at = '2026-11-20T10:00:00.000Z';
const event = (seq: number): JournalEvent => ({
  v: 1,
  seq,
  at,
  type: 'session.event',
  payload: { event_type: 'status_update', message: 'm' },
});
const progress = (head_seq: number): PushEvent => ({ v: 1, at, type: 'feed.progress', payload: { head_seq } });
const push: PushEvent = { v: 1, at, type: 'client.disconnected', payload: { client_id: 'c', socket: 'runtime' } };

test('moves on with what comes and refuses what came before', () => {
  const cursor = new FeedCursor(2);
  expect([1, 2, 3, 3, 7, 4, 8].map((seq) => cursor.accepts(event(seq)))).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(cursor.seq).toBe(8);
});

test('0 is a place: before the first event', () => {
  const cursor = new FeedCursor(0);
  cursor.startAt(9);
  expect(cursor.seq).toBe(0);
  expect(cursor.accepts(event(1))).toBe(true);
});

test('without a place it begins where the daemon says, once', () => {
  const cursor = new FeedCursor();
  expect(cursor.seq).toBeUndefined();
  cursor.startAt(5);
  cursor.startAt(9);
  expect(cursor.seq).toBe(5);
});

test('progress moves it forward only; other pushes do not move it', () => {
  const cursor = new FeedCursor(5);
  expect([progress(9), progress(7), push, event(9), event(10)].map((each) => cursor.accepts(each))).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(cursor.seq).toBe(10);
});
