import { expect, test } from 'vitest';
import { EventQueue } from '../src/event-queue.ts';

const bounds = { items: 4, bytes: 100 };

test('hands out what was pushed, in order, and waits when there is nothing', async () => {
  const queue = new EventQueue<number>(bounds, () => {});
  queue.push(0, 1);
  const taken = [queue.take(), queue.take()];
  queue.push(1, 1);
  expect(await Promise.all(taken)).toEqual([0, 1]);
});

test('says when it is full, by items or by bytes, and when half of it is free', async () => {
  let room = 0;
  const queue = new EventQueue<string>(bounds, () => {
    room += 1;
  });
  expect(['a', 'b', 'c', 'd', 'e'].map((item) => queue.push(item, 1))).toEqual([true, true, true, false, false]);
  for (let taken = 0; taken < 3; taken += 1) await queue.take();
  expect(room).toBe(0);
  await queue.take();
  expect(room).toBe(1);
  expect(queue.push('large', 100)).toBe(false);
});

test('hands out what waits before it ends', async () => {
  const queue = new EventQueue<number>(bounds, () => {});
  queue.push(1, 1);
  queue.end();
  expect(queue.push(2, 1)).toBe(true);
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([1, undefined, undefined]);
});

test('throws what ended it, after what waits; the first end counts', async () => {
  const queue = new EventQueue<number>(bounds, () => {});
  queue.push(1, 1);
  queue.end(new Error('first'));
  queue.end(new Error('second'));
  expect(await queue.take()).toBe(1);
  await expect(queue.take()).rejects.toThrow('first');
});

test('wakes the loop that waits when it ends', async () => {
  const queue = new EventQueue<number>(bounds, () => {});
  const taken = queue.take();
  queue.end();
  expect(await taken).toBeUndefined();
});

test('drops what waits when cleared', async () => {
  const queue = new EventQueue<number>(bounds, () => {});
  queue.push(1, 100);
  queue.clear();
  expect(queue.push(2, 1)).toBe(false);
  expect(await queue.take()).toBe(2);
});
