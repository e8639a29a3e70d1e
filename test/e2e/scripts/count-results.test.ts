import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../../scripts/count-results.mjs');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const passing = { numPassedTests: 5, numFailedTests: 0, testResults: [{ status: 'passed', assertionResults: [] }] };
const failing = {
  numPassedTests: 4,
  numFailedTests: 1,
  testResults: [{ status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] }],
};
const unloaded = { numPassedTests: 0, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] };

test.each([
  [
    'all passed',
    { check: { passed: 3, failed: 0 }, 'vitest-a': passing },
    [0, 0],
    { last: '8 passed, 0 failed', exit: 0 },
  ],
  [
    'a test failed',
    { check: { passed: 3, failed: 0 }, 'vitest-a': failing },
    [0, 1],
    { last: '7 passed, 1 failed', exit: 1 },
  ],
  [
    'a step failed',
    { check: { passed: 2, failed: 1 }, 'vitest-a': passing },
    [1, 0],
    { last: '7 passed, 1 failed', exit: 1 },
  ],
  [
    'a file did not load',
    { 'vitest-a': passing, 'vitest-b': unloaded },
    [0, 1],
    { last: '5 passed, 1 failed', exit: 1 },
  ],
  ['a failure no report tells of', { 'vitest-a': passing }, [0, 2], { last: '5 passed, 1 failed', exit: 1 }],
  ['the set-up failed', {}, [1, 1], { last: '0 passed, 2 failed', exit: 1 }],
  ['nothing ran', {}, [0, 0], { last: '0 passed, 0 failed', exit: 1 }],
])('%s', (_, reports, exits, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'proj-count-'));
  folders.push(folder);
  for (const [name, report] of Object.entries(reports)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(report));
  }
  const { stdout, status } = spawnSync(process.execPath, [script, folder, ...exits.map(String)], { encoding: 'utf8' });
  expect({ last: stdout.trimEnd().split('\n').at(-1), exit: status }).toEqual(expected);
});
