import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramOptions {
  cwd: string;
  /** Milliseconds until it and its children are killed; a minute by default. */
  timeoutMs?: number;
}

const MOST_TEXT = 65_536;
const running = new Set<number>();

/** Kills what is still running, for a runner that is told to end. */
export function killPrograms(): void {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
}

/** Runs a program in a group of its own, to its end, and gives its code and the end of what it wrote. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { cwd, timeoutMs = 60_000 }: ProgramOptions,
): Promise<{ code: number | null; text: string }> {
  const env = { ...process.env, PROJ_REPORTS: undefined, PROJ_DIR: undefined, GIT_DIR: undefined };
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const note = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-MOST_TEXT);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} could not be started`);
  running.add(pid);
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), timeoutMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  running.delete(pid);
  return { code, text };
}
