// The daemon with its defaults, on a directory. `node proj-server.ts DIR`.
import { join } from 'node:path';
import { createDaemon } from '@proj/server';

const dir = process.argv[2] ?? '';
const daemon = await createDaemon({
  paths: {
    stateDir: dir,
    runtimeSocket: join(dir, 'runtime.sock'),
    controlSocket: join(dir, 'control.sock'),
    configFile: join(dir, 'config.yaml'),
  },
  version: 'bench',
});
process.on('SIGTERM', () => void daemon.close({ now: true }));
console.log('ready');
