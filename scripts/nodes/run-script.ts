// A script on another Node.js: `node scripts/nodes/run-script.ts 22 scripts/generate.ts --check`.
import { join } from 'node:path';
import { runOnNode } from './run-on-node.ts';

const [major = '', ...args] = process.argv.slice(2);

process.exitCode = runOnNode(major, { args, cwd: join(import.meta.dirname, '../..') }) ? 0 : 1;
