import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plantedBugs } from '../../planted/bugs.ts';

const root = join(import.meta.dirname, '../../../..');
const folder = join(import.meta.dirname, '../../planted/patches');

test('each planted bug has its patch, and each patch its bug', () => {
  const names = plantedBugs.map(({ name }) => `${name}.patch`);
  expect(names.toSorted()).toEqual(readdirSync(folder).toSorted());
});

test.each(plantedBugs)('$name applies to the present sources, and its tests are there', ({ name, checks }) => {
  // Throws with what git says where it does not.
  execFileSync('git', ['apply', '--check', join(folder, `${name}.patch`)], { cwd: root, stdio: 'pipe' });
  const files = checks.map((check) => check.replace(/^torture:(.*)$/, 'test/torture/scenarios/$1.ts'));
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
