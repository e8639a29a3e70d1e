import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');

/** The table rows of a page, each as its cells; of one section where a heading is given. */
export function readTables(page: string, heading?: string): string[][] {
  const text = readFileSync(join(repository, 'docs', page), 'utf8');
  const lines = heading === undefined ? text.split('\n') : sectionOf(text, heading);
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('|-'));
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

export function readSchema<T>(file: string): T {
  return JSON.parse(readFileSync(join(repository, 'schemas', file), 'utf8'));
}

/** The words in backquotes, in order. */
export function codeIn(cell = ''): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
}

function sectionOf(text: string, heading: string): string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`no section ${heading}`);
  const level = heading.split(' ')[0] ?? '';
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level.length);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
}
