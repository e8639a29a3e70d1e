import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import type { SchemaFile } from './files.ts';

export interface WriteOptions {
  out: string;
  /** Write nothing; fail where a file differs. */
  check?: boolean;
  /** What mends it, for the failed check. */
  command: string;
}

/**
 * Writes files into a folder, made where it is missing; other files there are left alone. With `check` it only compares.
 * @throws Failure (no) of a check that found a difference; it names the files and the command that mends them.
 */
export function writeFiles(files: SchemaFile[], { out, check, command }: WriteOptions, io: Io): number {
  if (check === true) return compare(files, { out, command }, io);
  for (const { path, text } of files) {
    const target = join(out, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  io.err.line(`wrote ${files.length === 1 ? join(out, files[0]?.path ?? '') : `${files.length} files to ${out}`}`);
  return exitCodes.done;
}

function compare(files: SchemaFile[], { out, command }: WriteOptions, io: Io): number {
  const stale = files.filter(({ path, text }) => readOrUndefined(join(out, path)) !== text);
  if (stale.length > 0) {
    const names = stale.map(({ path }) => join(out, path)).join(', ');
    throw new Failure(`out of date: ${names}`, { exitCode: exitCodes.no, hint: command });
  }
  io.err.line('up to date');
  return exitCodes.done;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there, or not to be read: not what it should be.
    return undefined;
  }
}
