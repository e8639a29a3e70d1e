import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '../../../apps/cli/bin/proj.js');
const LIMIT_MS = 60_000;
const SIZE = 'stty cols 100 rows 40';

export interface TerminalOptions {
  /** The daemon's directory. */
  dir: string;
  stateHome: string;
  /** Nobody types there: standard input is empty, the output still is the terminal. */
  unattended?: boolean;
}

/** `proj` on a terminal of its own, a real one, and every byte that it wrote there. */
export class Terminal {
  /** Resolves with all that was written when the command has ended. */
  readonly ended: Promise<Buffer>;
  #child: ChildProcess;
  #chunks: Buffer[] = [];
  #heard: () => void = () => {};
  #hasEnded = false;

  constructor(args: readonly string[], { dir, stateHome, unattended = false }: TerminalOptions) {
    const words = [process.execPath, cli, '--dir', dir, ...args].map(quoted).join(' ');
    const command = `${SIZE}; exec ${words}${unattended ? ' </dev/null' : ''}`;
    const env = { ...process.env, TERM: 'xterm-256color', PROJ_DIR: undefined, PROJ_SESSION_ID: undefined };
    this.#child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...env, XDG_STATE_HOME: stateHome },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      timeout: LIMIT_MS,
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#heard();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', () => {
        this.#hasEnded = true;
        this.#heard();
        resolve(Buffer.concat(this.#chunks));
      });
    });
  }

  /** Resolves when the text has been written. @throws Error when the command ended without it. */
  async shows(text: string): Promise<void> {
    while (!Buffer.concat(this.#chunks).includes(text)) {
      if (this.#hasEnded) throw new Error(`the terminal never showed ${text}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Hangs up: the command ends as when a window is closed. */
  async end(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill('SIGTERM');
    await this.ended;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
