import { expect, test } from 'vitest';
import { isFiltered, passes } from '../../src/feed/cursor.ts';

const all = { sessionId: undefined, types: undefined };
const ofSession = { sessionId: 'a', types: undefined };
const ofTypes = { sessionId: undefined, types: ['x', 'y'] };
const ofBoth = { sessionId: 'a', types: ['x'] };
const ofNone = { sessionId: undefined, types: [] };

test('a filter is one that names a session or types', () => {
  expect([all, ofSession, ofTypes, ofBoth, ofNone].map(isFiltered)).toEqual([false, true, true, true, true]);
});

test.each([
  [{ sessionId: 'a', type: 'x' }, [true, true, true, true, false]],
  [{ sessionId: 'a', type: 'z' }, [true, true, false, false, false]],
  [{ sessionId: 'b', type: 'x' }, [true, false, true, false, false]],
  [{ sessionId: undefined, type: 'y' }, [true, false, true, false, false]],
])('%o passes', (of, expected) => {
  expect([all, ofSession, ofTypes, ofBoth, ofNone].map((filter) => passes(filter, of))).toEqual(expected);
});
