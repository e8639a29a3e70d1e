import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { knownDaemons, noteDaemon } from '../src/known-daemons.ts';
import { emptyHome } from './proj.ts';

async function listen(path: string): Promise<void> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}

test('a noted daemon is known as long as its socket is there', async () => {
  const { path, env } = emptyHome();
  const daemon = { dir: join(path, 'd'), controlSocket: join(path, 'c.sock') };
  expect(knownDaemons(env)).toEqual([]);
  await listen(daemon.controlSocket);
  const forget = noteDaemon(daemon, env);
  expect(knownDaemons(env)).toEqual([daemon]);
  expect(knownDaemons({ ...env, PROJ_DIR: '/elsewhere' })).toEqual([daemon]);
  forget();
  expect(knownDaemons(env)).toEqual([]);
});

test('notes of what is gone, torn or no socket are forgotten, other files are left alone', () => {
  const { path, env } = emptyHome();
  const folder = join(path, 'state/proj/known');
  noteDaemon({ dir: path, controlSocket: join(path, 'gone.sock') }, env);
  writeFileSync(join(path, 'file'), '');
  noteDaemon({ dir: path, controlSocket: join(path, 'file') }, env);
  writeFileSync(join(folder, '0123456789abcdef.json'), '{');
  writeFileSync(join(folder, 'notes.txt'), '');
  expect(knownDaemons(env)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['notes.txt']);
});

test('the default daemon comes first', async () => {
  const { path, env } = emptyHome();
  const other = { dir: join(path, 'd'), controlSocket: join(path, 'c.sock') };
  mkdirSync(join(path, 'run/proj'), { recursive: true });
  await listen(join(path, 'run/proj/control.sock'));
  await listen(other.controlSocket);
  noteDaemon(other, env);
  expect(knownDaemons(env)).toEqual([
    { dir: join(path, 'state/proj'), controlSocket: join(path, 'run/proj/control.sock') },
    other,
  ]);
});

test('where nothing can be written, nothing happens', () => {
  const { path, env } = emptyHome();
  writeFileSync(join(path, 'state'), '');
  expect(() => noteDaemon({ dir: path, controlSocket: join(path, 'c.sock') }, env)()).not.toThrow();
  expect(existsSync(join(path, 'state/proj'))).toBe(false);
});
