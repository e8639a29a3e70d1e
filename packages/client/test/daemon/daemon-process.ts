import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type ConnectOptions, type Control, connectControl, connectRuntime, type Runtime } from '../../src/index.ts';
import { quick } from '../support/cleanup.ts';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A real daemon in a directory and a process of its own; both end with the test. */
export class DaemonProcess {
  readonly dir: string;
  #child: ChildProcess | undefined;

  static async start(): Promise<DaemonProcess> {
    const dir = await mkdtemp(join(tmpdir(), 'proj-sdk-'));
    closers.push(() => rm(dir, { recursive: true }));
    const daemon = new DaemonProcess(dir);
    closers.push(() => daemon.end('SIGKILL'));
    await daemon.restart();
    return daemon;
  }

  private constructor(dir: string) {
    this.dir = dir;
  }

  async restart(): Promise<void> {
    const script = join(import.meta.dirname, 'serve.mjs');
    // On Node 20, which has no node:sqlite, the tests run with a daemon on another one.
    const node = process.env['PROJ_DAEMON_NODE'] ?? process.execPath;
    const child = spawn(node, ['--no-warnings', script, this.dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    if (child.stdout !== null) await once(child.stdout, 'data');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async control(options: ConnectOptions = {}): Promise<Control> {
    const control = await connectControl({ dir: this.dir, reconnect: quick, ...options });
    closers.push(() => control.close());
    return control;
  }

  async runtime(options: ConnectOptions = {}): Promise<Runtime> {
    const runtime = await connectRuntime({ dir: this.dir, reconnect: quick, ...options });
    closers.push(() => runtime.close());
    return runtime;
  }
}
