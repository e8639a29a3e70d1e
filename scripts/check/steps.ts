import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
  name: string;
  command: string[];
}

const publishedLibraries = ['packages/protocol', 'packages/server', 'packages/client'];
const published = [...publishedLibraries, 'apps/cli'];
const runsOnNode20 = ['packages/protocol', 'packages/client'];

const torture = join(import.meta.dirname, '../../test/torture');
const scenarios = readdirSync(join(torture, 'scenarios')).map((file) => file.replace(/\.ts$/, ''));

/** What `npm run check` does, in this order. */
export const steps: Step[] = [
  { name: 'generated code follows the schemas', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'build', command: ['turbo', 'run', 'build', '--output-logs=errors-only'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['turbo', 'run', '//#typecheck:root', 'typecheck', '--output-logs=errors-only'] },
  { name: 'nothing unused', command: ['knip'] },
  { name: 'the lockfile names no host', command: ['node', 'scripts/check/lockfile.ts'] },
  { name: 'no path or registry of this machine is committed', command: ['node', 'scripts/check/tracked-files.ts'] },
  { name: 'import law', command: ['vitest', 'run', '--root', 'test/e2e', 'layers'] },
  ...published.map((folder) => ({
    name: `${folder} is publishable`,
    command: ['publint', '--strict', folder],
  })),
  ...publishedLibraries.map((folder) => ({
    name: `the types of ${folder} resolve`,
    command: ['attw', '--pack', folder, '--profile', 'esm-only'],
  })),
  { name: 'an empty folder can install and use the packages', command: ['node', 'scripts/consumer.ts'] },
  { name: 'a release to a registry of our own', command: ['node', 'scripts/rehearse-release.ts'] },
  ...scenarios.map((name) => ({
    name: `torture: ${name}`,
    command: ['node', 'test/torture/run.ts', '--short', '--only', name],
  })),
  { name: 'tests on Node.js 20', command: ['node', 'scripts/nodes/run-tests.ts', '20', ...runsOnNode20] },
  { name: 'tests on Node.js 22', command: ['node', 'scripts/nodes/run-tests.ts', '22', ...publishedLibraries] },
  { name: 'tests on Node.js 24', command: ['node', 'scripts/nodes/run-tests.ts', '24', ...runsOnNode20] },
  {
    name: 'generation on Node.js 22',
    command: ['node', 'scripts/nodes/run-script.ts', '22', 'scripts/generate.ts', '--check'],
  },
  {
    name: 'generation on Node.js 24',
    command: ['node', 'scripts/nodes/run-script.ts', '24', 'scripts/generate.ts', '--check'],
  },
];
