// A daemon whose wall clock can be set: `node serve-with-clock.ts DIR AHEAD_MS…`. At each SIGUSR2 it is so many
// milliseconds ahead of the true time as the next number says.
import { join } from 'node:path';
import { uptime } from 'node:os';
import { type Clock, createDaemon } from '@proj/server';

const [dir = '', ...steps] = process.argv.slice(2);
const aheadMs = steps.map(Number);
let wallAheadMs = 0;
const clock: Clock = {
  bootId: 'one boot',
  now: () => Date.now() + wallAheadMs,
  elapsed: () => performance.now() + startedMs,
};
const startedMs = uptime() * 1000;
const paths = {
  stateDir: dir,
  runtimeSocket: join(dir, 'runtime.sock'),
  controlSocket: join(dir, 'control.sock'),
  configFile: join(dir, 'config.yaml'),
};

const daemon = await createDaemon({ paths, version: '0.0.0-torture', clock, idleExitMs: 120_000 });
process.on('SIGUSR2', () => {
  wallAheadMs = aheadMs.shift() ?? wallAheadMs;
});
process.on('SIGTERM', () => void daemon.close());
process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
