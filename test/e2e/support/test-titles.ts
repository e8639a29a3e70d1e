import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const quoted = /\(\s*(?<quote>['"`])(?<title>(?:\\.|(?!\k<quote>)[\s\S])*)\k<quote>/.source;
const plain = new RegExp(`\\b(?:test|it)(?:\\.(?:concurrent|sequential|only))?${quoted}`, 'g');
const tabled = new RegExp(`\\b(?:test|it)\\.(?:each|for)\\([\\s\\S]*?\\)${quoted}`, 'g');

/** The titles of all tests below some folders, as they stand in the sources. One that may be skipped is none. */
export function readTestTitles(folders: string[]): string[] {
  const files = folders.flatMap((folder) => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name));
  });
  return files.flatMap((file) => titlesIn(readFileSync(file, 'utf8')));
}

/** The titles of the tests in one source. */
export function titlesIn(source: string): string[] {
  const found = [...source.matchAll(plain), ...source.matchAll(tabled)];
  return found.map(({ groups }) => (groups?.['title'] ?? '').replace(/\\(.)/g, '$1'));
}

/** The requirements that a title names, such as `T-2` in "T-2: the first answer wins (B-3)". */
export function idsIn(title: string): string[] {
  return title.match(/\b[TSPOAB]-[1-9]\d*\b/g) ?? [];
}
