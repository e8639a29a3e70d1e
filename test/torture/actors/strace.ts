import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Why system calls cannot be watched here; undefined where they can. */
export function straceObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  const { error, status, stderr } = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return 'needs strace: apt-get install strace';
  return status === 0 ? undefined : `strace may not trace here: ${stderr.split('\n')[0]}`;
}

/** Runs a program and writes its system calls to a file, with the paths of descriptors. */
export function traced(file: string, calls: readonly string[]): string[] {
  return ['strace', '-f', '--seccomp-bpf', '-y', '-s', '40', '-e', `trace=${calls.join(',')}`, '-o', file];
}

export interface Injection {
  call: string;
  /** Such as `EIO`. */
  error: string;
  /** Which call of that name fails, counted from 1 in each thread. */
  nth: number;
}

/** Runs a program and lets one of its system calls fail; the file gets the calls of that name. */
export function failing(file: string, { call, error, nth }: Injection): string[] {
  const inject = `inject=${call}:error=${error}:when=${nth}`;
  return ['strace', '-f', '--seccomp-bpf', '-y', '-q', '-e', `trace=${call}`, '-e', inject, '-o', file];
}

/** The line of the call that was made to fail; undefined where it never came to that. */
export function firedCall(file: string): string | undefined {
  return readFileSync(file, 'utf8')
    .split('\n')
    .find((line) => line.includes('(INJECTED)'));
}
