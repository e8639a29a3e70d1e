import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Daemon, Scene } from './scene.ts';

/** A daemon on a disk of its own of two megabytes. Needs root. */
export async function onSmallDisk(scene: Scene): Promise<Daemon> {
  const disk = mkdtempSync(join(tmpdir(), 'pf-'));
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'none', disk]);
  // Lazily: the daemon may still be there.
  onTestFinished(() => {
    spawnSync('umount', ['-l', disk]);
    rmdirSync(disk);
  });
  return scene.daemon({ dir: join(disk, 'd') });
}

/** Leaves no byte of the disk. */
export function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
}

/** No file of this daemon gets beyond half a megabyte: a write that would make it so fails. */
export async function withSmallFiles(scene: Scene): Promise<Daemon> {
  const dir = scene.dir();
  const serve = scene.proj(['--json', '--dir', dir, 'ipc', 'serve-sockets', '--idle-exit', '60']);
  return serving(scene, dir, ['/bin/sh', '-c', 'ulimit -f 1024; exec "$@"', 'sh', ...serve]);
}

/** Its wall clock is set by SIGUSR2: see the program. */
export async function withSetClock(scene: Scene): Promise<Daemon> {
  const dir = scene.dir();
  const script = join(import.meta.dirname, 'clocked-daemon.mjs');
  return serving(scene, dir, [process.execPath, '--disable-warning=ExperimentalWarning', script, dir]);
}

async function serving(scene: Scene, dir: string, line: readonly string[]): Promise<Daemon> {
  const program = scene.start(line);
  await program.line(/"ready":true/);
  return {
    dir,
    program,
    runtime: join(dir, 'runtime.sock'),
    control: join(dir, 'control.sock'),
    crash: async () => {
      program.kill('SIGKILL');
      await program.exit;
    },
    stop: () => {
      program.kill('SIGTERM');
      return program.exit;
    },
  };
}

/** Why there can be no small disk here; undefined where there can. */
export function diskObstacle(): string | undefined {
  return process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root to mount a small disk';
}
