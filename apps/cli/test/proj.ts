import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../bin/proj.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process under test, with what it has said so far. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly child: ChildProcess;
  #heard: () => void = () => {};

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#heard();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#heard();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
        this.#heard();
      });
    });
  }

  /** What a pattern catches in the output, as soon as it is there. */
  async says(pattern: RegExp, from: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[from]);
      if (match) return match;
      if (
        this.child.exitCode !== null &&
        this.child.stdout?.readableEnded === true &&
        this.child.stderr?.readableEnded === true
      ) {
        throw new Error(`ended without ${pattern}: ${JSON.stringify([this.stdout, this.stderr])}`);
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

export interface Home {
  /** A private directory, gone when the test is over. */
  path: string;
  env: Record<string, string>;
}

/** An empty home: no daemon is there, and nothing of this machine's is seen. */
export function emptyHome(): Home {
  // Short, because a socket's path may have 103 bytes only.
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'pj-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path,
    XDG_STATE_HOME: join(path, 'state'),
    XDG_RUNTIME_DIR: join(path, 'run'),
    XDG_CONFIG_HOME: join(path, 'config'),
  };
  return { path, env };
}

/** Starts `proj` and leaves it running; what still runs when the test is over is killed. */
export function startProj(home: Home, args: string[]): Running {
  return startProcess(home, [process.execPath, bin, ...args]);
}

/** The same on a terminal of 100 by 40, by way of Python's pty. Standard error joins standard output there. */
export function startOnTerminal(home: Home, args: string[]): Running {
  const bridge = 'import pty,sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  const sized = ['sh', '-c', 'stty cols 100 rows 40; exec "$@"', 'sh', process.execPath, bin, ...args];
  return startProcess(home, ['python3', '-c', bridge, ...sized]);
}

function startProcess({ env, path }: Home, [command = '', ...args]: string[]): Running {
  const child = spawn(command, args, { env, cwd: path });
  const running = new Running(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

/** Runs `proj` to its end. */
export async function runProj(home: Home, args: string[], stdin = ''): Promise<Ended> {
  const running = startProj(home, args);
  running.child.stdin?.end(stdin);
  return running.ended;
}

export interface ServedHome extends Home {
  daemon: Running;
  run(args: string[], stdin?: string): Promise<Ended>;
  start(args: string[]): Running;
}

/** A home with a daemon that is ready, on a directory of its own named by PROJ_DIR. It ends with the test. */
export async function servedHome(home: Home = emptyHome()): Promise<ServedHome> {
  const here = { ...home, env: { ...home.env, PROJ_DIR: join(home.path, 'd') } };
  const daemon = startProj(here, ['ipc', 'serve-sockets', '--json']);
  await daemon.says(/"ready":true/);
  return {
    ...here,
    daemon,
    run: (args, stdin) => runProj(here, args, stdin),
    start: (args) => startProj(here, args),
  };
}

/** Starts an ask and comes back when it is pending. */
export async function pendingAsk(home: ServedHome, args: string[]): Promise<{ asker: Running; askId: string }> {
  const asker = home.start(['ask', ...args]);
  const [, askId = ''] = await asker.says(/asked (ask_\w+) /, 'stderr');
  return { asker, askId };
}
