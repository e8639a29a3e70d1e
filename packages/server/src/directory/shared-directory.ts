import { chmodSync, lchownSync, lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Assurance } from '@proj/protocol';
import { LocalError } from '../errors.ts';
import type { DaemonPaths } from '../paths.ts';

const ENTERED_BY_GROUP = 0o750;
const USED_BY_GROUP = 0o660;
const OWNER_ONLY = 0o600;
const PERMISSIONS = 0o777;
const OTHERS = 0o077;
const OTHERS_MAY_WRITE = 0o022;
const OWN_FILES = /^(journal|lock)\.db/;

/**
 * The id of a group, given by its name or number.
 * @throws LocalError `config_invalid` where there is no such group.
 */
export function groupId(group: string): number {
  if (/^\d{1,9}$/.test(group)) return Number(group);
  const lines = readFileSync('/etc/group', 'utf8').split('\n');
  const id = lines.map((line) => line.split(':')).find(([name]) => name === group)?.[2];
  if (id === undefined) throw new LocalError('config_invalid', `/etc/group has no group ${group}`);
  return Number(id);
}

/**
 * Lets the group into the directory, and nobody put anything there.
 * @throws LocalError `directory_unsafe`
 */
export function shareDirectory(dir: string, gid: number): void {
  try {
    lchownSync(dir, -1, gid);
    chmodSync(dir, ENTERED_BY_GROUP);
  } catch (error) {
    const hint = 'be a member of the group, or root';
    throw new LocalError('directory_unsafe', `${dir} cannot be given to the group ${gid}: ${hint}`, error);
  }
}

/** The level that the modes and owners give as they are now: `two_uid` where all of them are right. */
export function assuranceOfModes(paths: DaemonPaths, gid: number | undefined): Assurance {
  if (gid === undefined) return 'guardrail';
  try {
    return isSharedRightly(paths, gid) ? 'two_uid' : 'guardrail';
  } catch {
    return 'guardrail';
  }
}

function isSharedRightly({ stateDir, runtimeSocket, controlSocket }: DaemonPaths, gid: number): boolean {
  const door = lstatSync(runtimeSocket);
  const dir = lstatSync(dirname(runtimeSocket));
  return (
    isOurs(dir, ENTERED_BY_GROUP) &&
    dir.gid === gid &&
    isOurs(door, USED_BY_GROUP) &&
    door.gid === gid &&
    isOurs(lstatSync(controlSocket), OWNER_ONLY) &&
    readdirSync(stateDir).every((name) => isKept(name, lstatSync(join(stateDir, name))))
  );
}

function isOurs({ uid, mode }: Stats, permissions: number): boolean {
  return uid === process.geteuid?.() && (mode & PERMISSIONS) === permissions;
}

// What is not the daemon's own, as the configuration, may be read but not written.
function isKept(name: string, found: Stats): boolean {
  if (!found.isFile()) return true;
  const closed = OWN_FILES.test(name) ? OTHERS : OTHERS_MAY_WRITE;
  return found.uid === process.geteuid?.() && (found.mode & closed) === 0;
}
