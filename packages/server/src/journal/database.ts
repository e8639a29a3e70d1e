import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Durability } from '@proj/protocol';
import { LocalError } from '../errors.ts';
import { integer } from './column.ts';
import { migrations } from './migrations/migrations.ts';

// "proj" in ASCII: tells our file from any other SQLite database.
const APPLICATION_ID = 0x70726f6a;
const SYNCHRONOUS: Record<Durability, number> = { normal: 1, full: 2 };

/**
 * Opens the journal's file, makes it where there is none, and brings it to the current schema.
 * @throws LocalError `journal_unusable` for a file that is damaged, another program's, or a newer version's; it is left
 * untouched.
 */
export function openDatabase(path: string, durability: Durability): DatabaseSync {
  try {
    createPrivateFile(path);
    const db = new DatabaseSync(path);
    try {
      refuseForeign(db, path);
      configure(db, durability);
      migrate(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError('journal_unusable', `${path} cannot be used as a journal: ${messageOf(error)}`, error);
  }
}

export function pragma(db: DatabaseSync, name: string): number {
  return integer(db.prepare(`PRAGMA ${name}`).get() ?? {}, name);
}

// SQLite would make it with the modes of the umask; WAL and shared memory take over those of the file.
function createPrivateFile(path: string): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return closeSync(openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600));
  if (!found.isFile()) throw new LocalError('journal_unusable', `${path} is not a regular file`);
}

function refuseForeign(db: DatabaseSync, path: string): void {
  const version = pragma(db, 'user_version');
  const tables = integer(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() ?? {}, 'n');
  if (tables > 0 && pragma(db, 'application_id') !== APPLICATION_ID) {
    throw new LocalError('journal_unusable', `${path} is another program's database`);
  }
  if (version > migrations.length) {
    throw new LocalError('journal_unusable', `${path} was written by a newer version of proj`);
  }
}

function configure(db: DatabaseSync, durability: Durability): void {
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA secure_delete = ON`);
  db.exec('PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 0; PRAGMA journal_size_limit = 67108864');
  if (pragma(db, 'synchronous') !== SYNCHRONOUS[durability]) throw new Error(`synchronous is not ${durability}`);
}

function migrate(db: DatabaseSync): void {
  for (let version = pragma(db, 'user_version'); version < migrations.length; version++) {
    db.exec(`BEGIN IMMEDIATE; ${migrations[version]}; PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
