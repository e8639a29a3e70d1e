import { join } from 'node:path';
import type { DaemonPaths } from '../../src/index.ts';

export function pathsIn(dir: string): DaemonPaths {
  return {
    stateDir: dir,
    runtimeSocket: join(dir, 'runtime.sock'),
    controlSocket: join(dir, 'control.sock'),
    configFile: join(dir, 'config.yaml'),
  };
}
