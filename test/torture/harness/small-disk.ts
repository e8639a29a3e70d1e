import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';

/** Why no disk of a few megabytes can be mounted here; undefined where one can. */
export function smallDiskObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  const probe = mkdtempSync('/tmp/pt-');
  const fault = mount(probe, 65_536);
  if (fault === undefined) unmount(probe);
  rmdirSync(probe);
  return fault;
}

/** Mounts a file system of so many bytes at a path, and returns what takes it away again. */
export function mountSmallDisk(path: string, bytes: number): () => void {
  mkdirSync(path, { mode: 0o700 });
  const fault = mount(path, bytes);
  if (fault !== undefined) throw new Error(fault);
  return () => unmount(path);
}

function mount(path: string, bytes: number): string | undefined {
  const options = ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'none', path];
  const { error, status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  if (error !== undefined) return 'needs the command mount';
  return status === 0 ? undefined : `needs the right to mount: ${stderr.trim().split('\n')[0]}`;
}

function unmount(path: string): void {
  const { status, stderr } = spawnSync('umount', [path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${path} could not be unmounted: ${stderr}`);
}
