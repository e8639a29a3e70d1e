import { lstatSync, mkdirSync, realpathSync, type Stats, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LocalError } from '../errors.ts';

const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;
// NFS, SMB, CIFS, SMB2, AFS, 9P, FUSE (sshfs among them): locks and syncs there are not what SQLite needs.
const REMOTE_FILE_SYSTEMS = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x65735546];

/**
 * Makes the directory where it is missing, mode 0700, and makes sure that nobody else can put anything there.
 * @throws LocalError `directory_unsafe`, naming the path and the reason.
 */
export function prepareDirectory(path: string): void {
  const dir = resolve(path);
  make(dir);
  const found = lstatSync(dir);
  if (found.isSymbolicLink() || !found.isDirectory()) throw unsafe(dir, 'is not a directory');
  if (found.uid !== process.geteuid?.()) throw unsafe(dir, 'belongs to another user');
  if (othersMayWrite(found)) throw unsafe(dir, 'can be written by others; run chmod go-w on it');
  // As it was named and as it really is: whoever owns a link on the way could point it elsewhere later.
  for (const parent of [...parentsOf(dir), ...parentsOf(realpathSync(dir))]) refuseOpenParent(parent);
  if (REMOTE_FILE_SYSTEMS.includes(statfsSync(dir).type)) throw unsafe(dir, 'is not on a local file system');
}

function make(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unsafe(dir, `cannot be made: ${error instanceof Error ? error.message : error}`);
  }
}

function refuseOpenParent(parent: string): void {
  const found = lstatSync(parent);
  const isTrusted = found.uid === 0 || found.uid === process.geteuid?.();
  if (!isTrusted) throw unsafe(parent, 'belongs to another user, who could exchange what is below it');
  // A link's own mode means nothing.
  if (found.isSymbolicLink() || (found.mode & STICKY) !== 0) return;
  if (othersMayWrite(found)) throw unsafe(parent, 'can be written by others, who could exchange what is below it');
}

function othersMayWrite({ mode }: Stats): boolean {
  return (mode & OTHERS_MAY_WRITE) !== 0;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

function unsafe(path: string, reason: string): LocalError {
  return new LocalError('directory_unsafe', `${join(path)} ${reason}`);
}
