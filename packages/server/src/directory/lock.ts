import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LocalError } from '../errors.ts';
import { readDaemonFile } from './daemon-file.ts';
import { lockHolder } from './lock-holder.ts';

const SQLITE_BUSY = 5;

// A database that nobody refers to is closed by the garbage collector, and its lock is gone.
const held = new Set<DatabaseSync>();

/**
 * Takes the locks of several directories, or none; what it returns frees them. A lock is an exclusive transaction on a
 * file of its own: the system frees it when the process ends, however it ends, and keeps it while the process is
 * stopped. Opening that file by other means in this process would drop it.
 * @throws LocalError `directory_in_use`, naming the holder where it is known, or `directory_unsafe`.
 */
export function lockDirectories(dirs: readonly string[]): () => void {
  const locks: DatabaseSync[] = [];
  const release = (): void => {
    for (const lock of locks.splice(0)) {
      held.delete(lock);
      lock.close();
    }
  };
  try {
    for (const dir of new Set(dirs)) locks.push(lockDirectory(dir));
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function lockDirectory(dir: string): DatabaseSync {
  const path = join(dir, 'lock.db');
  createPrivateFile(path);
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw explain(dir, error);
  }
  held.add(db);
  return db;
}

function createPrivateFile(path: string): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new LocalError('directory_unsafe', `${path} is not a regular file`);
  if (found !== undefined) return;
  try {
    closeSync(openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600));
  } catch (error) {
    // Another daemon that starts in the same moment has made it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function explain(dir: string, error: unknown): LocalError {
  const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
  if (!isBusy) return new LocalError('directory_unsafe', `${join(dir, 'lock.db')} cannot be locked`, error);
  // The record is written when the holder is ready, and one that was killed has left its own.
  const pid = lockHolder(join(dir, 'lock.db')) ?? readDaemonFile(dir)?.pid;
  const who = pid === undefined ? 'another daemon' : `the daemon with pid ${pid}`;
  return new LocalError('directory_in_use', `${dir} is in use by ${who}`);
}
