import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockHolder } from '../../src/directory/lock-holder.ts';
import { tempDirectory } from '../support/temp-directory.ts';

test.skipIf(process.platform !== 'linux')('who holds an exclusive transaction is named as long as it lasts', () => {
  const path = join(tempDirectory(), 'lock.db');
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  expect(lockHolder(path)).toBe(undefined);
  db.exec('BEGIN EXCLUSIVE');
  expect(lockHolder(path)).toBe(process.pid);
  db.exec('ROLLBACK');
  expect(lockHolder(path)).toBe(undefined);
});

test('nobody is named for a file that is not there or that nobody has locked', () => {
  const dir = tempDirectory();
  writeFileSync(join(dir, 'free'), '');
  expect([lockHolder(join(dir, 'missing')), lockHolder(join(dir, 'free'))]).toEqual([undefined, undefined]);
});
