import { expect, test } from 'vitest';
import { newId } from '../src/ids.ts';

test('an id names its noun, holds 128 bits and does not come twice', () => {
  const ids = Array.from({ length: 1_000 }, () => newId('ask'));
  for (const id of ids) expect(id).toMatch(/^ask_[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(1_000);
});
