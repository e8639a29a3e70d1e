import { Failure } from './failure.ts';

const UNITS_MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
// The wire's limit of a duration: 100 years.
const LONGEST_MS = 3_155_760_000_000;

/** Milliseconds out of "90", "90s", "1h30m", "500ms", "1.5h". A bare number is seconds. Anything else is a usage failure. */
export function parseDuration(text: string): number {
  const word = text.trim().toLowerCase();
  const ms = /^\d+(\.\d+)?$/.test(word) ? Number(word) * 1000 : sumOfParts(word);
  if (ms === undefined)
    throw new Failure('a duration is a number with a unit', { hint: 'for example 45s, 30m, 1h30m or 2d' });
  if (ms > LONGEST_MS) throw new Failure('a duration is 100 years at most');
  return Math.round(ms);
}

function sumOfParts(word: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(word)) return undefined;
  let ms = 0;
  for (const [, count, unit] of word.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    ms += Number(count) * (UNITS_MS.get(unit ?? '') ?? 0);
  }
  return ms;
}
