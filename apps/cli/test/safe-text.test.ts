import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentBlock, gutter, safeLine, safeLines, shorten } from '../src/safe-text.ts';
import { textWidth } from '../src/text-width.ts';

const family = '\u{1f468}\u200d\u{1f469}';

test.each([
  ['plain words', 'plain words'],
  ['Grüße, 世界, привет, नमस्ते', 'Grüße, 世界, привет, नमस्ते'],
  ['done ✅ \u2764\ufe0f', 'done ✅ \u2764\ufe0f'],
  ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
  ['a\rb\bc\x7fd', 'a\\rb\\x08c\\x7fd'],
  ['\x9b31m', '\\x9b31m'],
  ['two\nlines\t.', 'two\\nlines\\t.'],
  ['\u202egpj.exe', '\\u202egpj.exe'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
  ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
  ['soft\u00adhyphen', 'soft\\xadhyphen'],
  [family, '\u{1f468}\\u200d\u{1f469}'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['filler\u3164\u2800', 'filler\\u3164\\u2800'],
  ['private\ue000', 'private\\ue000'],
  ['lone \ud800', 'lone \\ud800'],
  ['\u0301accent first', '\\u0301accent first'],
  [`e${'\u0301'.repeat(4)}x`, `e${'\u0301'.repeat(4)}x`],
  [`e${'\u0301'.repeat(9)}x`, `e${'\u0301'.repeat(4)}[+5 marks]x`],
  [`e${'\u0301'.repeat(6)}`, `e${'\u0301'.repeat(4)}[+2 marks]`],
  ['\u2028line\u2029', '\\u2028line\\u2029'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(safeLine(text)).toBe(shown);
});

test('lines end at LF and CRLF, and at nothing else', () => {
  expect(safeLines('a\r\nb\nc\rd\u2028e\n')).toEqual(['a', 'b', 'c\\rd\\u2028e']);
  expect(safeLines('\tx')).toEqual(['    x']);
  expect(safeLines('')).toEqual(['']);
});

test('every line of a block begins with the gutter, wrapped ones too', () => {
  expect(agentBlock('one\n│ two')).toEqual(['│ one', '│ │ two']);
  expect(agentBlock('abcdefghijklmnop', { width: 13 })).toEqual(['│ abcdefghij', '│ klmnop']);
  expect(agentBlock('世界世界世界', { width: 11 })).toEqual(['│ 世界世界', '│ 世界']);
});

test('a mark that takes room is not torn off its letter', () => {
  expect(agentBlock('abcdefgh\u{11930}', { width: 11 })).toEqual(['│ abcdefg', '│ h\u{11930}']);
});

test('what is left out of a shortened line is marked', () => {
  expect(shorten('abcdefgh', 8)).toBe('abcdefgh');
  expect(shorten('abcdefghi', 8)).toBe('abcdefg…');
  expect(shorten('世界世界', 5)).toBe('世界…');
});

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\x1b[2J',
      '\x1b]0;x\x07',
      '\r',
      '\n',
      '\b',
      '\x7f',
      '\x9b',
      '\u202e',
      '\u200b',
      '\u0301',
      '│ ',
      '\t',
      'a',
      '世',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});
// Written apart from the code under test: what may move a cursor, hide or reorder.
const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;

test('10,000 hostile strings leave no control character and forge no gutter', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 12, max: 40 }), (text, width) => {
      for (const line of agentBlock(text, { width })) {
        expect(line.startsWith(gutter)).toBe(true);
        expect(harmful.test(line)).toBe(false);
        expect(/^│ \p{M}/u.test(line)).toBe(false);
        expect(textWidth(line)).toBeLessThanOrEqual(width);
      }
    }),
    { numRuns: 10_000 },
  );
});
