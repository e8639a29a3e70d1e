import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Requirement, requirements } from './requirements.ts';
import { idsIn, readTestTitles, titlesIn } from './support/test-titles.ts';

// How many there are of each letter, from 1 without a gap.
const counts = { T: 29, S: 33, P: 24, O: 14, A: 20, B: 16 };

const root = join(import.meta.dirname, '../..');
const packages = ['packages', 'apps'].flatMap((group) => {
  return readdirSync(join(root, group)).map((name) => join(root, group, name, 'test'));
});
const titles = readTestTitles([import.meta.dirname, ...packages]);

/** The built requirements that no test names. */
function unproved(rows: Requirement[], titles: string[]): string[] {
  const named = new Set(titles.flatMap(idsIn));
  return rows
    .filter(({ id, state, tests = [] }) => state === 'built' && !named.has(id) && tests.length === 0)
    .map(({ id }) => id);
}

/** The tests that requirements name and that are not there. */
function missingTests(rows: Requirement[], titles: string[]): string[] {
  return rows.flatMap(({ tests = [] }) => tests).filter((title) => !titles.includes(title));
}

test('O-14: every requirement is there once, in order', () => {
  const ids = Object.entries(counts).flatMap(([letter, count]) => {
    return Array.from({ length: count }, (_none, at) => `${letter}-${at + 1}`);
  });
  expect(requirements.map(({ id }) => id)).toEqual(ids);
});

test('O-14: every built requirement is proved by a test that names it', () => {
  expect(unproved(requirements, titles)).toEqual([]);
});

test('O-14: the tests that requirements name are there', () => {
  expect(missingTests(requirements, titles)).toEqual([]);
});

test('O-14: no test names a requirement that is not there', () => {
  const known = new Set(requirements.map(({ id }) => id));
  expect(titles.filter((title) => idsIn(title).some((id) => !known.has(id)))).toEqual([]);
});

describe('what this would find', () => {
  const row: Requirement = { id: 'T-1', behaviour: 'it asks', state: 'built' };

  test('a built requirement without a test', () => {
    expect(unproved([row, { ...row, id: 'T-2', state: 'not yet' }], ['T-2: it waits', 'AT-1'])).toEqual(['T-1']);
    expect(unproved([row], ['it asks (T-1)'])).toEqual([]);
  });

  test('a test that was renamed', () => {
    expect(missingTests([{ ...row, tests: ['it asks', 'it waits'] }], ['it asks'])).toEqual(['it waits']);
  });

  test('the titles of tests, but not of those that may be skipped', () => {
    const [skipped, todo] = ['skip', 'todo'].map((how) => `test.${how}('left out', () => {});`);
    const source = `
test('one', () => call('none'));
  it("it's \\"two\\"", () => {});
test.each([['none', 1]])('three', () => {});
test(\`four: \${what}\`, () => {});
${skipped}${todo}
`;
    expect(titlesIn(source)).toEqual(['one', 'it\'s "two"', 'four: ${what}', 'three']);
  });
});
