import { expect, test } from 'vitest';
import { parseDuration } from '../src/duration.ts';
import { Failure } from '../src/failure.ts';

test.each([
  ['90', 90_000],
  ['0', 0],
  ['1.5', 1_500],
  ['500ms', 500],
  ['45s', 45_000],
  ['30m', 1_800_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['2D', 172_800_000],
  [' 10s ', 10_000],
])('%j is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'soon', '-5s', '10 m', '5w', 's', '1e3', '36525d1ms'])('%j is refused', (text) => {
  expect(() => parseDuration(text)).toThrow(Failure);
});
