import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateDaemon } from '@proj/client';
import type { Io } from './io.ts';
import { isObject } from './json-value.ts';

/** A daemon that `proj ipc serve-sockets` has started somewhere. It may be gone by now. */
export interface KnownDaemon {
  dir: string;
  controlSocket: string;
}

/**
 * Notes a daemon, so that `proj control` finds it without being told its directory: a small file in `known/` beside
 * the default journal. Returns what removes it. Where it cannot be written, nothing happens: it is a convenience.
 */
export function noteDaemon({ dir, controlSocket }: KnownDaemon, env: Io['env']): () => void {
  try {
    const folder = knownFolder(env);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${createHash('sha256').update(controlSocket).digest('hex').slice(0, 16)}.json`);
    writeFileSync(path, `${JSON.stringify({ dir, control_socket: controlSocket })}\n`, { mode: 0o600 });
    return () => rmSync(path, { force: true });
  } catch {
    return () => {};
  }
}

/** The daemons of this user whose socket is there: the default one first, then the noted ones. Forgets those that went. */
export function knownDaemons(env: Io['env']): KnownDaemon[] {
  const { stateDir, controlSocket } = locateDaemon({}, { ...env, PROJ_DIR: undefined });
  const all = [{ dir: stateDir, controlSocket }, ...notedDaemons(env)];
  const byPath = new Map(
    all.filter((daemon) => isOwnSocket(daemon.controlSocket)).map((daemon) => [daemon.controlSocket, daemon]),
  );
  return [...byPath.values()];
}

function notedDaemons(env: Io['env']): KnownDaemon[] {
  const folder = knownFolder(env);
  return listFiles(folder).flatMap((name) => {
    const daemon = readNote(join(folder, name));
    if (daemon !== undefined && isOwnSocket(daemon.controlSocket)) return [daemon];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

function knownFolder(env: Io['env']): string {
  return join(locateDaemon({}, { ...env, PROJ_DIR: undefined }).stateDir, 'known');
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
  } catch {
    // No daemon was ever noted.
    return [];
  }
}

function readNote(path: string): KnownDaemon | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isObject(note)) return undefined;
    const { dir, control_socket: controlSocket } = note;
    return typeof dir === 'string' && typeof controlSocket === 'string' ? { dir, controlSocket } : undefined;
  } catch {
    // Torn or foreign: as good as gone.
    return undefined;
  }
}

// Somebody else's socket is never offered.
function isOwnSocket(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isSocket() && found.uid === (process.getuid?.() ?? found.uid);
}
