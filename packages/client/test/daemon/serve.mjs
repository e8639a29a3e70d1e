// A daemon in a process of its own, which a test may kill. Ready when it has written its line.
import { join } from 'node:path';
import { createDaemon } from '@proj/server';

const [stateDir = ''] = process.argv.slice(2);
const paths = {
  stateDir,
  runtimeSocket: join(stateDir, 'runtime.sock'),
  controlSocket: join(stateDir, 'control.sock'),
  configFile: join(stateDir, 'config.yaml'),
};
const daemon = await createDaemon({ paths, version: '0.0.0-test' });
process.once('SIGTERM', () => void daemon.close());
console.log('ready');
