// A daemon whose wall clock is set by signals: a year ahead by SIGUSR2, then two years back by the next, and so on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [dir] = process.argv.slice(2);
const { createDaemon } = await import('../../../packages/server/dist/index.js');
const YEAR = 365 * 86_400_000;
const steps = [YEAR, -2 * YEAR];
let ahead = 0;
const clock = {
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  now: () => Date.now() + ahead,
  elapsed: () => performance.now(),
};
const daemon = await createDaemon({
  paths: {
    stateDir: dir,
    runtimeSocket: join(dir, 'runtime.sock'),
    controlSocket: join(dir, 'control.sock'),
    configFile: join(dir, 'config.yaml'),
  },
  version: '0.0.0-test',
  clock,
});
process.on('SIGUSR2', () => {
  ahead += steps.shift() ?? 0;
});
process.on('SIGTERM', () => void daemon.close());
console.log('{"ready":true}');
await daemon.closed;
process.exit(0);
