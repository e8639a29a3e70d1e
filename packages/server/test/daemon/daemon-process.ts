import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket as Door } from '@proj/protocol';
import { pathsIn } from './paths-in.ts';
import { connectUnix, type RawClient } from './raw-client.ts';
import { afterTest } from './start-daemon.ts';

/** A daemon that can be killed and stopped. */
export interface DaemonProcess {
  readonly pid: number;
  connect(door: Door): Promise<RawClient>;
  /** Sends the signal and waits for the end of the process. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; signal: string | null }>;
  signal(signal: NodeJS.Signals): void;
  /** Memory in use, in bytes. */
  residentBytes(): number;
}

export interface ProcessOptions {
  umask?: string;
  /** How many files the process may have open. */
  openFiles?: number;
}

/** Starts `serve.ts` on the directory and waits until it serves. Rejects with what it says where it does not. */
export async function spawnDaemon(dir: string, options: ProcessOptions = {}): Promise<DaemonProcess> {
  const child = launch(dir, options);
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  afterTest(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await ready(child);
  const paths = pathsIn(dir);
  const { pid = 0 } = child;
  return {
    pid,
    connect: async (door) => {
      const client = await connectUnix(door, door === 'runtime' ? paths.runtimeSocket : paths.controlSocket);
      afterTest(() => client.close());
      return client;
    },
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
    signal: (signal) => {
      child.kill(signal);
    },
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
  };
}

function launch(dir: string, { umask = '077', openFiles }: ProcessOptions): ChildProcess {
  const script = join(import.meta.dirname, 'serve.ts');
  // The shell sets umask and limit and becomes the daemon.
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
  const command = `umask ${umask}; ${limit}exec "$0" "$@"`;
  const args = ['-c', command, process.execPath, '--disable-warning=ExperimentalWarning', script, dir];
  return spawn('/bin/sh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ready(child: ChildProcess): Promise<void> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', () => reject(new Error(complaint)));
  });
}
