import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

/**
 * What the tests of every package have in common. With PROJ_REPORTS naming a folder, the results are also written
 * there as JSON, for those who count them.
 */
export function testsOf(name: string, test: ViteUserConfig['test'] = {}): ViteUserConfig {
  const folder = process.env['PROJ_REPORTS'];
  const reporters: NonNullable<ViteUserConfig['test']>['reporters'] =
    folder === undefined ? ['default'] : ['default', ['json', { outputFile: join(folder, `vitest-${name}.json`) }]];
  return { test: { name, include: ['test/**/*.test.ts'], reporters, ...test } };
}
