import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeDaemonFile } from '../../src/directory/daemon-file.ts';
import { lockDirectories } from '../../src/directory/lock.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

const HOLD_LOCK = fileURLToPath(new URL('../support/hold-lock.ts', import.meta.url));

test('a lock is held once, and again after it was freed', () => {
  const dir = tempDirectory();
  const release = lockDirectories([dir]);
  onTestFinished(() => release());
  expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, whoIs(process.pid)));
  release();
  const again = lockDirectories([dir]);
  again();
});

test('the same directory twice is one lock', () => {
  const dir = tempDirectory();
  lockDirectories([dir, dir])();
});

test('of several it takes all or none', () => {
  const [first, second] = [tempDirectory(), tempDirectory()];
  const release = lockDirectories([second]);
  onTestFinished(() => release());
  expect(thrownBy(() => lockDirectories([first, second]))).toEqual(inUse(second, whoIs(process.pid)));
  lockDirectories([first])();
});

test('its files are for the owner alone', () => {
  const dir = tempDirectory();
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const release = lockDirectories([dir]);
  onTestFinished(() => release());
  const modes = readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777);
  expect([readdirSync(dir)[0], new Set(modes)]).toEqual(['lock.db', new Set([0o600])]);
});

test.each<[string, (path: string) => void]>([
  ['a directory', (path) => mkdirSync(path)],
  ['a link', (path) => symlinkSync('/nowhere', path)],
])('%s in its place is refused', (_name, make) => {
  const dir = tempDirectory();
  const path = join(dir, 'lock.db');
  make(path);
  const error = { code: 'directory_unsafe', message: `${path} is not a regular file` };
  expect(thrownBy(() => lockDirectories([dir]))).toEqual(error);
});

describe('between processes', () => {
  test('the second is refused and told who holds it', async () => {
    const dir = tempDirectory();
    const holder = await hold(dir);
    writeDaemonFile(dir, fileOf(holder.pid));
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, `the daemon with pid ${holder.pid}`));
    expect(holder.said).toBe('locked');
    expect((await hold(dir)).said).toBe(`${dir} is in use by the daemon with pid ${holder.pid}`);
  });

  test.skipIf(process.platform !== 'linux')('the holder is named also where the record is of one before', async () => {
    const dir = tempDirectory();
    const { pid } = await hold(dir);
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, `the daemon with pid ${pid}`));
    writeDaemonFile(dir, fileOf(1));
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, `the daemon with pid ${pid}`));
  });

  test('a holder that is stopped still holds it', async () => {
    const dir = tempDirectory();
    const { child, pid } = await hold(dir);
    child.kill('SIGSTOP');
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, whoIs(pid)));
    child.kill('SIGCONT');
  });

  test('a holder that kept nothing of it and collects its garbage still holds it', async () => {
    const dir = tempDirectory();
    const { child, pid } = await hold(dir, ['--expose-gc']);
    child.stdin?.write('collect\n');
    await once(child.stdout ?? child, 'data');
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, whoIs(pid)));
  });

  test('a holder that was killed holds it no more', async () => {
    const dir = tempDirectory();
    const { child, pid } = await hold(dir);
    expect(thrownBy(() => lockDirectories([dir]))).toEqual(inUse(dir, whoIs(pid)));
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDirectories([dir])();
  });
});

// Without a record of the holder only Linux tells who it is.
function whoIs(pid: number): string {
  return process.platform === 'linux' ? `the daemon with pid ${pid}` : 'another daemon';
}

function inUse(dir: string, who: string) {
  return { code: 'directory_in_use', message: `${dir} is in use by ${who}` };
}

/** A process of its own that takes the lock and stays; resolves with what it said first. */
async function hold(dir: string, flags: string[] = []): Promise<{ child: ChildProcess; pid: number; said: string }> {
  const child = spawn(process.execPath, [...flags, HOLD_LOCK, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const lines = createInterface(child.stdout);
  const [said] = await once(lines, 'line');
  return { child, pid: child.pid ?? 0, said: String(said) };
}

function fileOf(pid: number) {
  const dir = '/d';
  return { pid, version: '1', started_at: '2026-11-20T12:00:00.000Z', dir, runtime_socket: '/r', control_socket: '/c' };
}
