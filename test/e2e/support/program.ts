import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  env?: Record<string, string | undefined>;
  /** All it reads on standard input; nothing by default. */
  input?: string;
  /** Its standard input stays open for `type`. */
  interactive?: boolean;
  cwd?: string;
  /** File descriptors or `ignore` for the outputs; they are read by default. */
  stdout?: number | 'pipe';
  stderr?: number | 'pipe';
}

/** A process of a scenario, the leader of a process group of its own. */
export class Program {
  readonly child: ChildProcess;
  /** Resolves when it has ended and its outputs have been read. */
  readonly exit: Promise<Exit>;
  stdout = '';
  stderr = '';
  readonly #name: string;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(
    command: readonly string[],
    { env, input, interactive, cwd, stdout = 'pipe', stderr = 'pipe' }: ProgramOptions = {},
  ) {
    const [file = '', ...args] = command;
    this.#name = command.slice(1).join(' ');
    this.child = spawn(file, args, {
      env: { ...process.env, PROJ_DIR: undefined, PROJ_SESSION_ID: undefined, ...env },
      cwd,
      detached: true,
      stdio: ['pipe', stdout, stderr],
    });
    this.child.stdin?.on('error', () => {});
    if (interactive !== true) this.child.stdin?.end(input ?? '');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#add('stdout', text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#add('stderr', text));
    this.exit = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
        this.#wake();
      });
    });
    this.exit.catch(() => {});
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The next line of standard output that matches and was not handed out before. */
  line(pattern: RegExp): Promise<string> {
    return this.#find(pattern, () => this.stdout);
  }

  /** Any line of standard error that matches. */
  errorLine(pattern: RegExp): Promise<string> {
    return this.#find(pattern, () => this.stderr, false);
  }

  /** Resolves when the text stands on standard output, in whatever line. */
  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.stdout)) {
      if (this.hasEnded) throw new Error(`${this.#name} ended without ${pattern}:\n${this.stdout}${this.stderr}`);
      await this.#more();
    }
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** To the whole group, as a terminal does it. What has ended meanwhile is left alone. */
  killGroup(signal: NodeJS.Signals): void {
    if (isAlive(-this.pid)) process.kill(-this.pid, signal);
  }

  /** Ends it in good order, or by force after 10 s, and sees that its whole group is gone. */
  async end(): Promise<void> {
    let forced = false;
    const timer = setTimeout(() => {
      forced = true;
      this.child.kill('SIGKILL');
      // A process that it left behind may still hold these.
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, 10_000);
    if (!this.hasEnded) this.kill('SIGTERM');
    await this.exit;
    clearTimeout(timer);
    if (await this.#groupLives()) {
      process.kill(-this.pid, 'SIGKILL');
      throw new Error(`left a process behind: ${this.#name}`);
    }
    if (forced) throw new Error(`had to be killed: ${this.#name}`);
  }

  #add(name: 'stdout' | 'stderr', text: string): void {
    this[name] += text;
    this.#wake();
  }

  async #find(pattern: RegExp, read: () => string, take = true): Promise<string> {
    for (;;) {
      const lines = read().split('\n').slice(0, -1);
      const from = take ? this.#taken : 0;
      const index = lines.findIndex((line, at) => at >= from && pattern.test(line));
      if (index !== -1) {
        if (take) this.#taken = index + 1;
        return lines[index] ?? '';
      }
      if (this.hasEnded) throw new Error(`${this.#name} ended without ${pattern}:\n${this.stdout}${this.stderr}`);
      await this.#more();
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  // A child of the group may be a moment behind its leader, and tells nobody when it has ended.
  async #groupLives(): Promise<boolean> {
    for (let looks = 0; looks < 40; looks += 1) {
      if (!isAlive(-this.pid)) return false;
      await delay(25);
    }
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
