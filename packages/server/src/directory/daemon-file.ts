import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `daemon.json` beside the journal says, so that clients find the sockets wherever they are. */
export interface DaemonFile {
  pid: number;
  version: string;
  started_at: string;
  dir: string;
  runtime_socket: string;
  control_socket: string;
}

const TEXTS = ['version', 'started_at', 'dir', 'runtime_socket', 'control_socket'];

/** The record beside the journal; undefined where there is none that can be read. */
export function readDaemonFile(dir: string): DaemonFile | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(pathOf(dir), 'utf8'));
    return isDaemonFile(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one, never a part. The caller holds the directory's lock. */
export function writeDaemonFile(dir: string, content: DaemonFile): void {
  const temporary = join(dir, `.daemon.${process.pid}.json`);
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, pathOf(dir));
}

export function removeDaemonFile(dir: string): void {
  if (readDaemonFile(dir)?.pid === process.pid) rmSync(pathOf(dir), { force: true });
}

function isDaemonFile(value: unknown): value is DaemonFile {
  const fields = new Map<string, unknown>(Object.entries(value ?? {}));
  return Number.isSafeInteger(fields.get('pid')) && TEXTS.every((name) => typeof fields.get(name) === 'string');
}

function pathOf(dir: string): string {
  return join(dir, 'daemon.json');
}
