import { expect, test } from 'vitest';
import { readArguments } from '../../harness/arguments.ts';

test('without arguments it is the long form of everything, with a seed of its own', () => {
  expect(readArguments([], () => 42)).toEqual({ size: 'long', only: [], seed: 42, json: undefined, list: false });
});

test('all arguments are read', () => {
  const argv = ['--short', '--only', 'kill-loop', '--only', 'disk-full', '--seed', '0', '--json', 'figures.json'];
  expect(readArguments(argv, () => 42)).toEqual({
    size: 'short',
    only: ['kill-loop', 'disk-full'],
    seed: 0,
    json: 'figures.json',
    list: false,
  });
});

test.for([['--seed', 'x'], ['--seed', '-1'], ['--seed', '1.5'], ['--loud']])('%s is refused', (argv) => {
  expect(() => readArguments(argv, () => 42)).toThrow(/--seed takes|--loud|ambiguous/);
});
