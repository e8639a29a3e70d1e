import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDaemon, type Daemon } from '../../src/index.ts';
import { spawnDaemon } from './daemon-process.ts';
import { pathsIn } from './paths-in.ts';
import { connectUnix } from './raw-client.ts';
import { afterTest, startDaemon, temporaryDirectory } from './start-daemon.ts';

async function start(dir: string): Promise<Daemon> {
  const daemon = await createDaemon({ paths: pathsIn(dir), version: '0.0.0-test' });
  afterTest(() => daemon.close({ now: true }));
  return daemon;
}

/** What is there that a clean stop leaves. */
const AT_REST = ['journal.db', 'lock.db'];

test('a second daemon on the directory is refused and told who holds it; the first goes on', async () => {
  const dir = temporaryDirectory();
  const first = await spawnDaemon(dir);
  await expect(start(dir)).rejects.toMatchObject({
    code: 'directory_in_use',
    message: expect.stringContaining(`${first.pid}`),
  });
  await expect(spawnDaemon(dir)).rejects.toThrow(`${first.pid}`);
  expect(await (await first.connect('control')).request('ping')).toEqual({ at: expect.any(String) });
});

test('a holder that is stopped still excludes', async () => {
  const dir = temporaryDirectory();
  const first = await spawnDaemon(dir);
  first.signal('SIGSTOP');
  await expect(start(dir)).rejects.toMatchObject({ code: 'directory_in_use' });
  first.signal('SIGCONT');
  expect(await (await first.connect('control')).request('ping')).toEqual({ at: expect.any(String) });
});

test('ten racers for one directory: one wins and its sockets stay', async () => {
  const dir = temporaryDirectory();
  const started = await Promise.allSettled(Array.from({ length: 10 }, () => spawnDaemon(dir)));
  const winners = started.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
  expect(winners).toHaveLength(1);
  const status = await (await connectUnix('control', pathsIn(dir).controlSocket)).request('daemon.status');
  expect(status.pid).toBe(winners[0]?.pid);
});

test('after kill -9 the next one starts at once and replaces the stale sockets', async () => {
  const dir = temporaryDirectory();
  const first = await spawnDaemon(dir);
  await first.end('SIGKILL');
  expect(lstatSync(pathsIn(dir).runtimeSocket).isSocket()).toBe(true);
  const began = performance.now();
  await start(dir);
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(await (await connectUnix('runtime', pathsIn(dir).runtimeSocket)).request('ping')).toBeDefined();
});

test.each(['runtime.sock', 'control.sock'])(
  'a file, a directory or a symlink at %s is refused and left alone',
  async (name) => {
    const things: ((path: string) => void)[] = [
      (path) => writeFileSync(path, 'precious'),
      (path) => mkdirSync(path),
      (path) => symlinkSync('/nowhere', path),
      (path) => {
        writeFileSync(`${path}.txt`, 'precious');
        symlinkSync(`${path}.txt`, path);
      },
    ];
    for (const put of things) {
      const dir = temporaryDirectory();
      const path = join(dir, name);
      put(path);
      const before = lstatSync(path);
      await expect(start(dir)).rejects.toMatchObject({ code: 'socket_in_use', message: expect.stringContaining(path) });
      const after = lstatSync(path);
      expect([after.ino, after.mode, after.mtimeMs]).toEqual([before.ino, before.mode, before.mtimeMs]);
      // The other door was not left behind either, and the directory is free.
      expect(readdirSync(dir).filter((each) => each.endsWith('.sock'))).toEqual([name]);
    }
  },
);

test('a live socket of another program is refused and left alone, also by a symlink to it', async () => {
  const dir = temporaryDirectory();
  const path = join(dir, 'control.sock');
  const server = createServer((socket) => socket.on('error', () => {}).end('mine\n'));
  server.listen(path);
  await once(server, 'listening');
  afterTest(() => void server.close());
  const { ino } = lstatSync(path);
  await expect(start(dir)).rejects.toMatchObject({ code: 'socket_in_use', message: expect.stringContaining(path) });
  expect(lstatSync(path).ino).toBe(ino);
  const other = temporaryDirectory();
  symlinkSync(path, join(other, 'control.sock'));
  await expect(start(other)).rejects.toMatchObject({ code: 'socket_in_use' });
  const client = await connectUnix('control', path);
  expect(await client.next()).toBe('mine');
});

test('a refused start leaves nothing running: the next one succeeds', async () => {
  const dir = temporaryDirectory();
  mkdirSync(join(dir, 'control.sock'));
  const script = join(import.meta.dirname, 'serve.ts');
  const tried = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, dir], {
    timeout: 10_000,
    encoding: 'utf8',
  });
  expect(tried.stderr).toContain('control.sock');
  // It ended by itself: no timer and no socket kept it.
  expect([tried.signal, tried.status]).toEqual([null, 1]);
  spawnSync('rmdir', [join(dir, 'control.sock')]);
  await start(dir);
});

test('a path that is too long is refused with a hint, before anything is made', async () => {
  const dir = join(temporaryDirectory(), 'd'.repeat(100));
  await expect(start(dir)).rejects.toMatchObject({
    code: 'path_too_long',
    message: expect.stringMatching(/103 bytes/),
  });
  expect(existsSync(dir)).toBe(false);
  const bytes = 103 - Buffer.byteLength(`${temporaryDirectory()}//runtime.sock`);
  const longest = join(temporaryDirectory(), '\u00e9'.repeat(Math.floor(bytes / 2)));
  await start(longest);
});

test('a directory that others may write to, that is a link, or no directory is refused', async () => {
  const parent = temporaryDirectory();
  const open = join(parent, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const link = join(parent, 'link');
  mkdirSync(join(parent, 'real'));
  symlinkSync(join(parent, 'real'), link);
  const file = join(parent, 'file');
  writeFileSync(file, '');
  const below = join(open, 'below');
  for (const dir of [open, link, file, below]) {
    await expect(start(dir)).rejects.toMatchObject({ code: 'directory_unsafe' });
  }
  expect(readdirSync(open).length + readdirSync(link).length).toBeLessThanOrEqual(1);
});

test('a config that is bad at the start is an error that names the file and the fault', async () => {
  const dir = temporaryDirectory();
  const { configFile } = pathsIn(dir);
  writeFileSync(configFile, 'limits: {depth: 1}');
  await expect(start(dir)).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringMatching(new RegExp(`${configFile}.*limits\\.depth`)),
  });
  writeFileSync(configFile, '');
  await start(dir);
});

test('a journal that is damaged or not ours is refused and left as it was', async () => {
  const dir = temporaryDirectory();
  const path = join(dir, 'journal.db');
  writeFileSync(path, 'this is no database, but it is precious to somebody'.repeat(100), { mode: 0o600 });
  const before = readFileSync(path);
  await expect(start(dir)).rejects.toMatchObject({ code: 'journal_unusable', message: expect.stringContaining(path) });
  expect(readFileSync(path)).toEqual(before);
});

test('everything is for the owner alone at every instant, with a umask of 000', async () => {
  const dir = join(temporaryDirectory(), 'state');
  const seen = new Map<string, number>();
  let done = false;
  const look = (): void => {
    for (const name of existsSync(dir) ? readdirSync(dir) : []) {
      const found = statSync(join(dir, name), { throwIfNoEntry: false });
      if (found) seen.set(name, (seen.get(name) ?? 0) | (found.mode & 0o777));
    }
    if (!done) setImmediate(look);
  };
  look();
  for (let i = 0; i < 5; i++) {
    const daemon = await spawnDaemon(dir, { umask: '000' });
    const client = await daemon.connect('runtime');
    await client.request('session.open', { name: 'n' });
    await daemon.end('SIGTERM');
  }
  done = true;
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  for (const name of ['runtime.sock', 'control.sock', 'journal.db', 'journal.db-wal', 'lock.db', 'daemon.json']) {
    expect([name, seen.get(name)]).toEqual([name, 0o600]);
  }
  for (const [name, mode] of seen) expect([name, mode & 0o077]).toEqual([name, 0]);
});

test('daemon.json names the holder and the sockets while it runs, and is gone after', async () => {
  const daemon = await startDaemon();
  const { pid, dir, runtime_socket, control_socket, version } = JSON.parse(
    readFileSync(join(daemon.dir, 'daemon.json'), 'utf8'),
  );
  expect({ pid, dir, runtime_socket, control_socket, version }).toEqual({
    pid: process.pid,
    dir: daemon.dir,
    runtime_socket: daemon.paths.runtimeSocket,
    control_socket: daemon.paths.controlSocket,
    version: '0.0.0-test',
  });
  await daemon.stop();
  expect(readdirSync(daemon.dir)).toEqual(AT_REST);
});
