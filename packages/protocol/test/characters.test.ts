import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { atMost } from '../src/characters.ts';

test('characters count, not UTF-16 units', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\u00e9', '\ud83d\ude00'), maxLength: 12 });
  fc.assert(
    fc.property(text, fc.nat({ max: 12 }), (value, most) => {
      expect(z.string().check(atMost(most)).safeParse(value).success).toBe(Array.from(value).length <= most);
    }),
  );
});

test('the fault is that of a string too long', () => {
  const { error } = z.string().check(atMost(2)).safeParse('abc');
  expect(error?.issues).toMatchObject([{ code: 'too_big', origin: 'string', maximum: 2, path: [] }]);
});
