import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Exit } from '../support/program.ts';
import { repository, type Scene, test } from '../support/scene.ts';

/** Runs the check of an example, with `proj` on the path as an installed one would be. */
async function check(scene: Scene, example: string, proj = `exec ${scene.proj([]).join(' ')} "$@"`): Promise<Exit> {
  const bin = join(scene.folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'proj'), `#!/bin/sh\n${proj}\n`);
  chmodSync(join(bin, 'proj'), 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, TMPDIR: scene.folder, NODE: process.execPath };
  return scene.start([join(repository, 'examples', example, 'check.sh')], { env }).exit;
}

function leftBehind({ folder }: Scene): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('proj-example'));
}

function works(example: string) {
  return async ({ scene }: { scene: Scene }): Promise<void> => {
    const { code, stderr } = await check(scene, example);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(leftBehind(scene)).toEqual([]);
  };
}

test('T-24: the deploy gate lets only a yes through, tried without a person (B-4)', works('deploy-gate'));
test('T-29: two terminals', works('two-terminals'));
test('A-19: the TypeScript service does what it is told, and asks before (A-2)', works('typescript-service'));
test('T-20: the Python agent is killed, and finds its answer (B-1)', works('python-agent'));

test('a check fails when the gate lets everything through', async ({ scene }) => {
  const sayYes = `[ "$1" = ask ] && exit 0\nexec ${scene.proj([]).join(' ')} "$@"`;
  const { code, stderr } = await check(scene, 'deploy-gate', sayYes);
  expect(code).toBe(1);
  expect(stderr).toContain('expected: not deploying 1.4.3: somebody said no');
  expect(leftBehind(scene)).toEqual([]);
});

test('every example has a check and a short README', () => {
  const folders = readdirSync(join(repository, 'examples'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders) {
    expect(readdirSync(join(repository, 'examples', name))).toEqual(expect.arrayContaining(['README.md', 'check.sh']));
  }
  expect(folders.map(({ name }) => name).toSorted()).toEqual([
    'deploy-gate',
    'python-agent',
    'two-terminals',
    'typescript-service',
  ]);
});
