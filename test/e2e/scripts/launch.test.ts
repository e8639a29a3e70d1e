import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const launch = join(import.meta.dirname, '../../../scripts/run/launch.mjs');
// Tells each signal it gets, and ends a while after the first, as a daemon that drains does.
const daemon = `
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {
  console.log(name);
  setTimeout(() => process.exit(7), 600);
});
setInterval(() => {}, 1000);
console.log('ready');`;
const running: ChildProcess[] = [];

afterEach(() => {
  for (const { pid } of running.splice(0)) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended with the test.
    }
  }
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to the launcher alone reaches the daemon once', async (signal) => {
  const { launcher, lines } = await start({ graceMs: 10 });
  launcher.kill(signal);
  expect(await outcome(launcher, lines)).toEqual({ lines: ['ready', signal], exit: 7 });
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to the group, passed on by npm too, reaches it once', async (signal) => {
  // Long enough for the second signal on a busy machine; the daemon ends before it is over.
  const { launcher, lines } = await start({ graceMs: 20_000 });
  process.kill(-(launcher.pid ?? 0), signal);
  await once(lines.reader, 'line');
  launcher.kill(signal);
  expect(await outcome(launcher, lines)).toEqual({ lines: ['ready', signal], exit: 7 });
});

interface Lines {
  reader: ReturnType<typeof createInterface>;
  seen: string[];
}

async function start({ graceMs }: { graceMs: number }): Promise<{ launcher: ChildProcess; lines: Lines }> {
  const program = `
    import { runDaemon } from ${JSON.stringify(launch)};
    process.exit(await runDaemon(['--eval', ${JSON.stringify(daemon)}], { graceMs: ${graceMs} }));`;
  const args = ['--input-type=module', '--eval', program];
  const launcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  running.push(launcher);
  const reader = createInterface({ input: launcher.stdout });
  const seen: string[] = [];
  reader.on('line', (line) => seen.push(line));
  await once(reader, 'line');
  return { launcher, lines: { reader, seen } };
}

async function outcome(launcher: ChildProcess, { reader, seen }: Lines): Promise<{ lines: string[]; exit: unknown }> {
  const [[exit]] = await Promise.all([once(launcher, 'exit'), once(reader, 'close')]);
  return { lines: seen, exit };
}
