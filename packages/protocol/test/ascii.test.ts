import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAscii, encodeAsciiBytes } from '../src/index.ts';

test.each<[unknown, string]>([
  ['plain', '"plain"'],
  ['a\u00e9\u20ac', '"a\\u00e9\\u20ac"'],
  ['\ud83d\ude00', '"\\ud83d\\ude00"'],
  ['\u007f\u0080\u2028', '"\\u007f\\u0080\\u2028"'],
  ['\u0000\u001b[2J\n\t', '"\\u0000\\u001b[2J\\n\\t"'],
  ['\u007f', '"\\u007f"'],
  [{ '\u00fc': ['~'] }, '{"\\u00fc":["~"]}'],
])('%j', (value, text) => {
  expect(encodeAscii(value)).toBe(text);
});

test('every byte is printable, and parsing gives the value back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', noUnicodeString: false }), (value) => {
      const text = encodeAscii(value);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 2_000 },
  );
});

test('the size is that of the bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(encodeAsciiBytes(value)).toBe(Buffer.byteLength(encodeAscii(value)));
    }),
  );
});
