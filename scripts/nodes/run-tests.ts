// The tests of packages on another Node.js: `node scripts/nodes/run-tests.ts 20 packages/protocol packages/client`.
// vitest is started by that Node.js itself: through a script of package.json it would run on the one in the lockfile.
import { join } from 'node:path';
import { runOnNode } from './run-on-node.ts';

const [major = '', ...packages] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');
const args = ['node_modules/vitest/vitest.mjs', 'run'];
const failed = packages.filter((folder) => !runOnNode(major, { args, cwd: join(root, folder) }));

for (const folder of failed) console.error(`${folder} fails on Node.js ${major}`);
process.exitCode = failed.length === 0 ? 0 : 1;
