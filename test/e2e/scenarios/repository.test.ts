import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { repository, test } from '../support/scene.ts';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Everything that is installed with a package, by folder. */
function installedWith(folder: string, found = new Map<string, Manifest>()): Map<string, Manifest> {
  if (found.has(folder)) return found;
  const manifest = readManifest(folder);
  found.set(folder, manifest);
  for (const name of Object.keys(manifest.dependencies ?? {})) installedWith(folderOf(name, folder), found);
  return found;
}

// As Node looks for it: beside the package, then further out.
function folderOf(name: string, from: string): string {
  const here = join(from, 'node_modules', name);
  return existsSync(here) ? realpathSync(here) : folderOf(name, dirname(from));
}

test('O-8: types, validators and method table are what the schemas say', async ({ scene }) => {
  const generate = [process.execPath, join(repository, 'scripts/generate.ts'), '--check'];
  const { code, stderr } = await scene.start(generate, { cwd: repository }).exit;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
});

test('S-22: few packages come with the command, and none has anything to compile', () => {
  const all = [...installedWith(join(repository, 'apps/cli')).values()];
  expect(all.length).toBeLessThanOrEqual(15);
  const hooks = ['preinstall', 'install', 'postinstall'];
  expect(all.filter(({ scripts = {} }) => hooks.some((hook) => hook in scripts))).toEqual([]);
  const client = [...installedWith(join(repository, 'packages/client')).values()].map(({ name }) => name);
  expect(client).toEqual(['@proj/client', '@proj/protocol', 'zod']);
});
