import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test as base, inject } from 'vitest';
import { Program, type Exit, type ProgramOptions } from './program.ts';
import { Wire } from './wire.ts';

export const repository = join(import.meta.dirname, '../../..');
const command = join(repository, 'apps/cli/bin/proj.js');

export interface DaemonOptions extends ProgramOptions {
  dir?: string;
  args?: string[];
}

/** A running daemon and where it is. */
export interface Daemon {
  dir: string;
  runtime: string;
  control: string;
  program: Program;
  /** Ends it like a power cut, as far as a process can: nothing of it runs on. */
  crash(): Promise<void>;
  /** Ends it by SIGTERM. */
  stop(): Promise<Exit>;
}

/** What a scenario has: a private folder, processes, connections. All of it ends with the test. */
export class Scene {
  readonly folder = mkdtempSync(join(inject('root'), 's-'));
  readonly #programs: Program[] = [];
  readonly #wires: Wire[] = [];
  #dirs = 0;

  /** A new directory for a daemon. It is made by the daemon. */
  dir(): string {
    this.#dirs += 1;
    return join(this.folder, `d${this.#dirs}`);
  }

  /** Starts a daemon and waits for its ready line. */
  async daemon({ dir = this.dir(), args = [], ...options }: DaemonOptions = {}): Promise<Daemon> {
    const serve = ['--json', '--dir', dir, 'ipc', 'serve-sockets', '--idle-exit', '60', ...args];
    const program = this.start(this.proj(serve), this.#own(options));
    if (typeof options.stdout === 'number') await appears(join(dir, 'daemon.json'));
    else await program.line(/"ready":true/);
    const crash = async (): Promise<void> => {
      program.kill('SIGKILL');
      await program.exit;
    };
    const stop = (): Promise<Exit> => {
      program.kill('SIGTERM');
      return program.exit;
    };
    return { dir, runtime: join(dir, 'runtime.sock'), control: join(dir, 'control.sock'), program, crash, stop };
  }

  /** The `proj` command with these arguments, to be run by the Node that runs the tests. */
  proj(args: readonly string[]): string[] {
    return [process.execPath, command, ...args];
  }

  start(line: readonly string[], options: ProgramOptions = {}): Program {
    const program = new Program(line, this.#own(options));
    this.#programs.push(program);
    return program;
  }

  /** Starts `proj` on a daemon. */
  startProj({ dir }: Pick<Daemon, 'dir'>, args: readonly string[], options: ProgramOptions = {}): Program {
    return this.start(this.proj(['--dir', dir, ...args]), options);
  }

  /** Starts `proj` on a terminal of its own: what it shows is standard output, with all escapes. */
  startOnTerminal(args: readonly string[]): Program {
    const line = this.proj(args).join(' ');
    // Without a terminal of its own to copy the size from, `script` makes one of no columns.
    return this.start(['script', '-qefc', `stty cols 100 rows 40; exec ${line}`, '/dev/null'], { interactive: true });
  }

  /** Runs `proj` on a daemon to its end. */
  run(daemon: Pick<Daemon, 'dir'>, args: readonly string[], options: ProgramOptions = {}): Promise<Exit> {
    return this.startProj(daemon, args, options).exit;
  }

  /** A connection of raw lines. */
  async connect(path: string): Promise<Wire> {
    const wire = await Wire.open(path);
    this.#wires.push(wire);
    return wire;
  }

  async close(): Promise<void> {
    for (const wire of this.#wires) wire.close();
    try {
      await Promise.all(this.#programs.map((program) => program.end()));
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  // Daemons note where they are in the user's state directory: here each scenario is a user of its own.
  #own({ env, ...options }: ProgramOptions): ProgramOptions {
    const home = { HOME: this.folder, XDG_STATE_HOME: join(this.folder, 'state'), XDG_RUNTIME_DIR: this.folder };
    return { ...options, env: { ...home, XDG_CONFIG_HOME: join(this.folder, 'config'), ...env } };
  }
}

/** A daemon that has no ready line to wait for writes this file when it is ready. */
async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await delay(20);
}

/** A test with a scene of its own, which leaves nothing behind or fails. */
export const test = base.extend<{ scene: Scene }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads the names of what a fixture needs from here
  scene: async ({}, use) => {
    const scene = new Scene();
    try {
      await use(scene);
    } finally {
      await scene.close();
    }
  },
});
