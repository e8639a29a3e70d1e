import { encodeAsciiBytes } from '@proj/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_PAGE, fitFrame } from '../src/page.ts';

const ENVELOPE = 1_024;

test('rows that fit are all there', () => {
  expect(fitFrame([], 2_000)).toEqual([]);
  expect(fitFrame(['a', 'b'], 2_000)).toEqual(['a', 'b']);
  expect(DEFAULT_PAGE).toBe(100);
});

test('the row that would not fit any more begins the next page', () => {
  const row = 'x'.repeat(97);
  expect(fitFrame([row, row, row], ENVELOPE + 300)).toEqual([row, row, row]);
  expect(fitFrame([row, row, row], ENVELOPE + 299)).toEqual([row, row]);
});

test('one row is there whatever its size, so that a list goes on', () => {
  expect(fitFrame(['x'.repeat(5_000), 'b'], 10)).toEqual(['x'.repeat(5_000)]);
});

test('what a page takes as a line is below the frame', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 2_000, max: 4_000 }), (rows, frame) => {
      const page = fitFrame(rows, frame);
      expect(rows.slice(0, page.length)).toEqual(page);
      const sum = page.reduce((bytes, row) => bytes + encodeAsciiBytes(row) + 1, ENVELOPE);
      expect(sum <= frame || page.length === 1).toBe(true);
    }),
    { seed: 7 },
  );
});
