import { spawnSync } from 'node:child_process';
import { fetchNode } from './fetch-node.ts';

export interface Run {
  args: string[];
  cwd: string;
}

/** Runs something on another Node.js and says whether it ended well. Output goes where ours goes. */
export function runOnNode(major: string, { args, cwd }: Run): boolean {
  // The counted results are those of the Node.js in the lockfile.
  const { PROJ_REPORTS: _, ...inherited } = process.env;
  const env = { ...inherited, PROJ_DAEMON_NODE: process.execPath };
  const { status } = spawnSync(fetchNode(major), args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0;
}
