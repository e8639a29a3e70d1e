import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { descriptorsOf, rssBytesOf } from '../harness/process-readings.ts';

export interface DaemonProcessOptions {
  dir: string;
  /** Where the daemon notes that it runs, so that it is not the user's own list. */
  stateHome: string;
  /** Its config.yaml. */
  config?: string;
  /** A program that runs the daemon, such as strace with its options. */
  under?: readonly string[];
  /** Another program that serves the directory and prints the same ready line, instead of the CLI. */
  program?: readonly string[];
  /** Milliseconds until it must be ready; 20,000 by default. */
  startMs?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const cli = join(import.meta.dirname, '../../../apps/cli/bin/proj.js');
const MOST_ERROR_TEXT = 65_536;
const STOP_MS = 10_000;
// Ends a daemon whose torturer was killed.
const IDLE_EXIT = '120';

/** A daemon as a process of its own: it can be killed, stopped, continued and started again on its directory. */
export class DaemonProcess {
  readonly dir: string;
  readonly runtime: string;
  readonly control: string;
  /** Counts the starts that came to a ready line. */
  generation = 0;
  /** The end of what it wrote to standard error, over all starts. */
  errorText = '';
  #options: DaemonProcessOptions;
  #child: ChildProcess | undefined;
  #pid = 0;
  #exit: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  #isEnded = false;
  #up = Promise.withResolvers<void>();

  constructor(options: DaemonProcessOptions) {
    this.#options = options;
    this.dir = options.dir;
    this.runtime = join(options.dir, 'runtime.sock');
    this.control = join(options.dir, 'control.sock');
  }

  /** The daemon's own pid, also where it runs under another program. */
  get pid(): number {
    return this.#pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves at the end of the present process. */
  get exit(): Promise<Exit> {
    return this.#exit;
  }

  /** Resolves when it takes clients: at once, or after the next start. */
  get whenUp(): Promise<void> {
    return this.#up.promise;
  }

  get rssBytes(): number {
    return rssBytesOf(this.#pid);
  }

  get descriptors(): number {
    return descriptorsOf(this.#pid);
  }

  /**
   * Starts it and resolves when it takes clients, with the milliseconds that took.
   * @throws Error with what it said when it ended or was not ready in time; it does not run then.
   */
  async start(overrides: Partial<Pick<DaemonProcessOptions, 'under' | 'config'>> = {}): Promise<number> {
    if (this.#isEnded) throw new Error('the scenario is over');
    const started = performance.now();
    const child = this.#spawn({ ...this.#options, ...overrides });
    const { startMs = 20_000 } = this.#options;
    const timer = setTimeout(() => this.#signalGroup('SIGKILL'), startMs);
    try {
      this.#pid = await Promise.race([readyPid(child), this.#exit.then(failedStart)]);
    } catch (error) {
      throw new Error(`the daemon did not start: ${this.errorText.slice(-500)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
    this.generation += 1;
    this.#up.resolve();
    return performance.now() - started;
  }

  /** Ends it as a power cut would, as far as a process can. */
  async kill(): Promise<void> {
    this.#up = Promise.withResolvers();
    this.#signalGroup('SIGKILL');
    await this.#exit;
  }

  /** Ends it in good order. */
  async stop(): Promise<Exit> {
    this.#up = Promise.withResolvers();
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.#signalGroup('SIGKILL'), STOP_MS);
    const exit = await this.#exit;
    clearTimeout(timer);
    return exit;
  }

  /** SIGSTOP: it keeps its lock and its sockets, and does nothing. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  continue(): void {
    this.signal('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) process.kill(this.#pid, signal);
  }

  /** Leaves nothing of it running, and keeps it from being started again. */
  async end(): Promise<void> {
    this.#isEnded = true;
    if (this.isRunning) await this.kill();
  }

  #spawn({ dir, stateHome, config, under = [], program }: DaemonProcessOptions): ChildProcess {
    if (config !== undefined) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileSync(join(dir, 'config.yaml'), config, { mode: 0o600 });
    }
    const serve = [cli, '--json', '--dir', dir, 'ipc', 'serve-sockets', '--idle-exit', IDLE_EXIT];
    const [file = '', ...args] = [...under, process.execPath, ...(program ?? serve)];
    const env = { ...process.env, PROJ_DIR: undefined, PROJ_SESSION_ID: undefined, XDG_STATE_HOME: stateHome };
    // A group of its own, so that a program around the daemon ends with it.
    const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#pid = child.pid ?? 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errorText = (this.errorText + text).slice(-MOST_ERROR_TEXT);
    });
    this.#exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
    return child;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const leader = this.#child?.pid;
    if (leader !== undefined && this.isRunning) process.kill(-leader, signal);
  }
}

async function readyPid({ stdout }: ChildProcess): Promise<number> {
  let text = '';
  for await (const chunk of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (!text.includes('\n')) continue;
    // Nothing it says later may fill the pipe.
    stdout?.resume();
    const ready: { pid: number } = JSON.parse(text.slice(0, text.indexOf('\n')));
    return ready.pid;
  }
  return new Promise(() => {});
}

function failedStart({ code, signal }: Exit): never {
  throw new Error(`ended with ${signal ?? code}`);
}
