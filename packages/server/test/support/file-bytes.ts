import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file of the directory with its bytes: two of them are equal where nothing was touched. */
export function bytesOf(dir: string): Record<string, Buffer> {
  return Object.fromEntries(
    readdirSync(dir)
      .toSorted()
      .map((name) => [name, readFileSync(join(dir, name))]),
  );
}

/** The files of the directory that hold these bytes. */
export function filesWith(dir: string, text: string): string[] {
  return Object.entries(bytesOf(dir))
    .filter(([, bytes]) => bytes.includes(text))
    .map(([name]) => name);
}
