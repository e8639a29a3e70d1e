import { expect, test } from 'vitest';
import { Failure } from '../src/failure.ts';
import { matchId } from '../src/id-prefix.ts';

const ids = ['ab1', 'ab12', 'cd3'];

test('an id, or a prefix only one has', () => {
  expect(matchId(ids, 'cd', 'ask')).toBe('cd3');
  expect(matchId(ids, 'ab1', 'ask')).toBe('ab1');
  expect(matchId(ids, 'ab12', 'ask')).toBe('ab12');
});

test('none, or several', () => {
  expect(() => matchId(ids, 'x', 'ask')).toThrow(new Failure('no ask has this id', { hint: 'proj asks lists them' }));
  expect(() => matchId(ids, 'a', 'session')).toThrow(
    new Failure('2 sessions begin with this id', { hint: 'give more of it: ab1, ab12' }),
  );
});
