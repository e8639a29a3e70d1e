import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Ask, AskAnswerReply } from '@proj/protocol';
import type { Result } from '../history/history.ts';
import type { DaemonProcess } from './daemon-process.ts';

const cli = join(import.meta.dirname, '../../../apps/cli/bin/proj.js');
const TIMEOUT_MS = 30_000;

export interface CommandAnswer {
  t_call: number;
  t_ret: number;
  result: Result;
}

/** `proj answer ASK yes --as NAME`, as a process of its own. */
export async function answerByCommand({ dir }: DaemonProcess, { ask_id }: Ask, name: string): Promise<CommandAnswer> {
  const t_call = performance.now();
  const text = await run(['--dir', dir, '--json', 'answer', ask_id, 'yes', '--as', name]);
  const reply = readReply(text);
  const t_ret = performance.now();
  return { t_call, t_ret, result: reply === undefined ? { lost: true } : { ok: true, payload: { ...reply } } };
}

// Its exit code says the verdict, and so does what it prints: a failure without output had no reply.
function run(args: readonly string[]): Promise<string> {
  const options = { timeout: TIMEOUT_MS, env: { ...process.env, PROJ_DIR: undefined, PROJ_SESSION_ID: undefined } };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], options, (_error, stdout) => resolve(stdout));
  });
}

function readReply(text: string): AskAnswerReply | undefined {
  if (!text.startsWith('{')) return undefined;
  const reply: Partial<AskAnswerReply> = JSON.parse(text);
  return reply.verdict === undefined || reply.ask === undefined
    ? undefined
    : { verdict: reply.verdict, ask: reply.ask };
}
