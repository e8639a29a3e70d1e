import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { climbers, lateLaw, packageLaw, strangers, unknownPlaces } from './law.ts';
import { importsOf, loadedBy, readImports } from './read-imports.ts';

const root = join(import.meta.dirname, '../../..');
const folders = ['packages', 'apps'].flatMap((group) => {
  return readdirSync(join(root, group)).map((name) => `${group}/${name}`);
});
const server = readImports(join(root, 'packages/server/src'));

test('every package has a law', () => {
  expect(folders.toSorted()).toEqual(Object.keys(packageLaw).toSorted());
});

describe.each(folders)('%s', (folder) => {
  const imports = readImports(join(root, folder, 'src'));

  test('imports something', () => {
    expect(imports).not.toEqual([]);
  });

  test('imports only the packages it may', () => {
    expect(strangers(imports, packageLaw[folder] ?? [])).toEqual([]);
  });

  test('imports own files that exist', () => {
    const missing = imports.filter(
      ({ target }) => target.endsWith('.ts') && !existsSync(join(root, folder, 'src', target)),
    );
    expect(missing).toEqual([]);
  });
});

test.each(lateLaw)('$folder/src/$entry does not load $late', ({ folder, entry, late }) => {
  const loaded = loadedBy(entry, readImports(join(root, folder, 'src')));
  expect(loaded.size).toBeGreaterThan(1);
  expect(late.filter((name) => loaded.has(name))).toEqual([]);
});

test('the places of the server are those of the law', () => {
  expect(unknownPlaces(server)).toEqual([]);
});

test('the server imports inwards only', () => {
  expect(climbers(server)).toEqual([]);
});

test('only the index of a package is its surface, by name', () => {
  const stars = folders.flatMap((folder) => {
    const files = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, 'src', file));
  });
  expect(stars.filter((file) => /^export \*/m.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

describe('what the law would find', () => {
  test('each form of import', () => {
    const text = `
import { open } from '../sessions/session.ts';
import type { Journal } from '../journal/journal.ts';
import {
  type Ask,
  settle,
} from './ask.ts';
import '../start.ts';
export { close } from '../sessions/close.ts';
const { serve } = await import('@proj/server');
`;
    expect(importsOf('asks/a.ts', text)).toEqual([
      { file: 'asks/a.ts', target: 'sessions/session.ts', kind: 'value' },
      { file: 'asks/a.ts', target: 'journal/journal.ts', kind: 'type' },
      { file: 'asks/a.ts', target: 'asks/ask.ts', kind: 'value' },
      { file: 'asks/a.ts', target: 'start.ts', kind: 'value' },
      { file: 'asks/a.ts', target: 'sessions/close.ts', kind: 'value' },
      { file: 'asks/a.ts', target: '@proj/server', kind: 'dynamic' },
    ]);
  });

  test('a domain that imports another', () => {
    const imports = importsOf('asks/a.ts', `import { open } from '../sessions/session.ts';`);
    expect(climbers(imports)).toEqual(imports);
  });

  test('a domain that imports more of the journal than its interface', () => {
    const imports = importsOf('asks/a.ts', `import { open } from '../journal/sqlite-journal.ts';`);
    expect(climbers(imports)).toEqual(imports);
  });

  test('a client that imports the server, and a file of another package', () => {
    const imports = importsOf('a.ts', `import '@proj/server';\nimport '../../server/src/errors.ts';`);
    expect(strangers(imports, ['@proj/protocol'])).toEqual(imports);
  });

  test('a folder without a rule', () => {
    expect(unknownPlaces(importsOf('things/a.ts', `import '../errors.ts';`))).toEqual(['things']);
  });

  test('what is loaded through another file, and what is loaded late', () => {
    const imports = [
      ...importsOf('index.ts', `import './a.ts';`),
      ...importsOf('a.ts', `import { z } from 'zod';\nimport type { B } from './b.ts';\nimport('yaml');`),
    ];
    expect([...loadedBy('index.ts', imports)]).toEqual(['index.ts', 'a.ts', 'zod']);
  });
});
