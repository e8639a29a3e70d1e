import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { lineageOf, variableOf } from '../src/process-tree.ts';

test('the lineage of a process is itself and its ancestors, whatever a process calls itself', async () => {
  const child = await started(['-c', 'echo ready; read line', ') 1 (']);
  expect(lineageOf(child).slice(0, 3)).toEqual([child, process.pid, process.ppid]);
});

test('a process that is gone, and one outside of all we see, have no lineage', () => {
  expect([lineageOf(4_194_305), lineageOf(0), lineageOf(-1)]).toEqual([[4_194_305], [], []]);
});

test('a variable is the one a process was started with', async () => {
  const child = await started(['-c', 'export LATER=1; echo ready; read line'], { FOO_BAR: 'x', FOO: 'a=b' });
  expect(['FOO', 'FOO_BAR', 'LATER', 'BAR'].map((name) => variableOf(child, name))).toEqual([
    'a=b',
    'x',
    undefined,
    undefined,
  ]);
  expect(variableOf(4_194_305, 'FOO')).toBeUndefined();
});

/** A shell that says `ready` and waits. */
async function started(args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn('/bin/sh', args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
  });
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('no shell');
  return child.pid;
}
