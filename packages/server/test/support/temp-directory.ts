import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A private directory of the running test, gone when it has finished. */
export function tempDirectory(): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'proj-server-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
