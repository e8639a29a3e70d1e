import { join } from 'node:path';

export interface DaemonPaths {
  /** Where journal, lock and daemon.json are. */
  stateDir: string;
  runtimeSocket: string;
  controlSocket: string;
  configFile: string;
}

export function journalPath({ stateDir }: DaemonPaths): string {
  return join(stateDir, 'journal.db');
}
