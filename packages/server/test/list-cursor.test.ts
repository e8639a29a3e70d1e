import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeListCursor, encodeListCursor } from '../src/list-cursor.ts';
import { thrownBy } from './support/thrown.ts';

test('a cursor leads back to the place it was made for, in either list', () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(Number.MAX_SAFE_INTEGER), (s, a) => {
      expect(decodeListCursor('s', encodeListCursor({ s }))).toBe(s);
      expect(decodeListCursor('a', encodeListCursor({ a }))).toBe(a);
      const both = encodeListCursor({ s, a });
      expect([decodeListCursor('s', both), decodeListCursor('a', both)]).toEqual([s, a]);
    }),
    { seed: 7 },
  );
});

test('no cursor is the beginning', () => {
  expect(decodeListCursor('s', undefined)).toBe(0);
});

test.each(['', 'a5', '5', 's', 's-5', 's5 ', 's5x', 'S5', 's1e3', 'a1s5', 's99999999999999999'])(
  'the list of sessions refuses %j, which it never gave',
  (cursor) => {
    expect(thrownBy(() => decodeListCursor('s', cursor))).toEqual({
      code: 'invalid_payload',
      message: '/after: is not a cursor that this list gave',
      details: { issues: [{ path: '/after', message: 'is not a cursor that this list gave' }] },
    });
  },
);
