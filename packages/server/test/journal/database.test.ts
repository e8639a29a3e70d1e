import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, pragma } from '../../src/journal/database.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { bytesOf } from '../support/file-bytes.ts';
import { aStatusUpdate } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

const APPLICATION_ID = 0x70726f6a;

describe('what is not a journal is refused and left as it is, byte by byte', () => {
  test.each<[string, (path: string) => void, string]>([
    [
      'text',
      (path) => writeFileSync(path, 'dear diary\n'.repeat(100)),
      'cannot be used as a journal: file is not a database',
    ],
    ['another database', (path) => sqlite(path, 'CREATE TABLE t (a)'), "is another program's database"],
    [
      'one of a newer version',
      (path) => sqlite(path, `CREATE TABLE t (a); PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 99`),
      'was written by a newer version of proj',
    ],
    ['a damaged journal', damagedJournal, 'cannot be used as a journal: database disk image is malformed'],
  ])('%s', (_name, make, reason) => {
    const dir = tempDirectory();
    const path = join(dir, 'journal.db');
    make(path);
    const before = bytesOf(dir);
    expect(thrownBy(() => openDatabase(path, 'full'))).toEqual({
      code: 'journal_unusable',
      message: `${path} ${reason}`,
    });
    expect(bytesOf(dir)).toEqual(before);
  });

  test.each<[string, (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a symlink to nothing', (path) => symlinkSync('/nowhere/journal', path)],
    ['a symlink to a file', linkedFile],
  ])('%s', (_name, make) => {
    const dir = tempDirectory();
    const path = join(dir, 'journal.db');
    make(path);
    const before = readdirSync(dir);
    const message = `${path} is not a regular file`;
    expect(thrownBy(() => openDatabase(path, 'full'))).toEqual({ code: 'journal_unusable', message });
    expect(readdirSync(dir)).toEqual(before);
  });
});

test.each([0o000, 0o022, 0o077])('with umask %o all its files are for the owner alone', (umask) => {
  const dir = tempDirectory();
  const before = process.umask(umask);
  onTestFinished(() => void process.umask(before));
  const journal = openSqliteJournal(join(dir, 'journal.db'), 'full');
  onTestFinished(() => journal.close());
  journal.begin();
  journal.append(aStatusUpdate(1), 'line');
  journal.commit();
  const modes = readdirSync(dir)
    .toSorted()
    .map((name) => [name, (statSync(join(dir, name)).mode & 0o777).toString(8)]);
  expect(modes).toEqual([
    ['journal.db', '600'],
    ['journal.db-shm', '600'],
    ['journal.db-wal', '600'],
  ]);
});

test.each([
  ['full', 2],
  ['normal', 1],
] as const)('durability %s is what the database does', (durability, synchronous) => {
  const db = openDatabase(join(tempDirectory(), 'journal.db'), durability);
  onTestFinished(() => db.close());
  const pragmas = ['synchronous', 'secure_delete', 'application_id', 'user_version'].map((name) => pragma(db, name));
  expect(pragmas).toEqual([synchronous, 1, APPLICATION_ID, 1]);
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});

test('an empty file becomes a journal', () => {
  const path = join(tempDirectory(), 'journal.db');
  writeFileSync(path, '');
  const db = openDatabase(path, 'full');
  onTestFinished(() => db.close());
  expect(pragma(db, 'application_id')).toBe(APPLICATION_ID);
});

test('a directory that is not there is said to be the reason', () => {
  const path = join(tempDirectory(), 'none', 'journal.db');
  expect(thrownBy(() => openDatabase(path, 'full'))).toMatchObject({ code: 'journal_unusable' });
});

function sqlite(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

function linkedFile(path: string): void {
  writeFileSync(`${path}.real`, '');
  symlinkSync(`${path}.real`, path);
}

function damagedJournal(path: string): void {
  openSqliteJournal(path, 'full').close();
  const bytes = Buffer.from(bytesOf(join(path, '..'))['journal.db'] ?? []);
  // All but the header, which still says that it is a journal of ours.
  writeFileSync(path, bytes.fill(0xa5, 100));
}
