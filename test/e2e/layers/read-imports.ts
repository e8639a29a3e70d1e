import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export interface Import {
  /** Relative to the root of the sources that were read. */
  file: string;
  /** A file of these sources, or the name of a package. */
  target: string;
  kind: 'value' | 'type' | 'dynamic';
}

const statement = /^(?:import|export)\s(?<clause>[^;'"`]*?\sfrom\s+|\s*)'(?<target>[^']+)'/gm;
const call = /\b(?:import|require)\(\s*'(?<target>[^']+)'/g;

/** Every import, re-export and `require` of the TypeScript files below a folder, in a fixed order. */
export function readImports(sources: string): Import[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.toSorted().flatMap((file) => importsOf(file, readFileSync(join(sources, file), 'utf8')));
}

/** The imports that stand in one file. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  for (const { groups } of text.matchAll(statement)) {
    const kind = /^type\s/.test(groups?.['clause'] ?? '') ? 'type' : 'value';
    found.push({ file, target: resolved(file, groups?.['target'] ?? ''), kind });
  }
  for (const { groups } of text.matchAll(call)) {
    found.push({ file, target: resolved(file, groups?.['target'] ?? ''), kind: 'dynamic' });
  }
  return found;
}

/** What a start of `entry` loads: the targets reached by value imports that are not dynamic. */
export function loadedBy(entry: string, imports: Import[]): Set<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const found of imports) if (found.file === file && found.kind === 'value') loaded.add(found.target);
  }
  return loaded;
}

function resolved(file: string, target: string): string {
  if (!target.startsWith('.')) return target;
  return relative('.', posix.join(dirname(file), target));
}
