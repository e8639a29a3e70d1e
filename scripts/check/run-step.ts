import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Step } from './steps.ts';

const root = join(import.meta.dirname, '../..');

/** Runs one step and prints one line; the output of the step only when it fails. Says whether it passed. */
export async function runStep({ name, command: [file = '', ...args] }: Step): Promise<boolean> {
  const started = performance.now();
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const passed = await once(child, 'close').then(
    ([code]) => code === 0,
    (error) => !output.push(Buffer.from(`${error}\n`)),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  if (!passed) process.stdout.write(Buffer.concat(output));
  return passed;
}
