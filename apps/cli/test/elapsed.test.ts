import { afterEach, expect, test } from 'vitest';
import { elapsedSince, formatElapsed, remainingUntil } from '../src/elapsed.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each([
  [0, '0s'],
  [999, '0s'],
  [5_000, '5s'],
  [59_999, '59s'],
  [60_000, '1m 0s'],
  [123_000, '2m 3s'],
  [3_599_999, '59m 59s'],
  [3_840_000, '1h 4m'],
  [86_399_999, '23h 59m'],
  [86_400_000, '1d 0h'],
  [266_400_000, '3d 2h'],
  [-5_000, '0s'],
])('A-13: %i ms is %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test.each(['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati'])('T-8: the same span in %s', (name) => {
  process.env['TZ'] = name;
  const now = Date.UTC(2026, 10, 20, 12, 2, 3);
  expect(elapsedSince('2026-11-20T12:00:00.000Z', now)).toBe('2m 3s');
  expect(remainingUntil('2026-11-20T13:06:03.000Z', now)).toBe('1h 4m');
});

test('A-13: a clock that was set back gives no negative span', () => {
  expect(elapsedSince('2026-11-20T12:00:00.000Z', Date.UTC(2026, 10, 20, 11, 0, 0))).toBe('0s');
});
