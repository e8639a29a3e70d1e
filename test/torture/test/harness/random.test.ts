import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../harness/random.ts';

function plan(random: Random): unknown {
  return [random.between(1, 6), random.pick(['a', 'b', 'c']), random.shuffle([1, 2, 3, 4]), random.fork(2).next()];
}

test('the same seed gives the same plan, another one another', () => {
  expect(plan(createRandom(7))).toEqual(plan(createRandom(7)));
  expect(plan(createRandom(7))).not.toEqual(plan(createRandom(8)));
});

test('a part of a plan draws the same numbers whatever the others drew', () => {
  const first = createRandom(7);
  const second = createRandom(7);
  first.between(1, 100);
  expect(first.fork(3).next()).toBe(second.fork(3).next());
});

test('numbers stay between their bounds, and both bounds come up', () => {
  const random = createRandom(1);
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(2, 5)));
  expect([...drawn].toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
});
