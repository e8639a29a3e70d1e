// Publishes the packages to a registry on 127.0.0.1 the way a release does, installs the command from it into an empty
// folder and runs it. Nothing leaves this machine but the download of third-party dependencies.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loopbackEnvironment } from './release/loopback.ts';
import { startRegistry } from './release/registry.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'proj-release-'));
const registry = await startRegistry(join(folder, 'registry'));

try {
  await run('changeset', ['publish', '--no-git-tag'], {
    cwd: root,
    env: loopbackEnvironment(registry.address, folder),
  });
  const installed = await install();
  const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
  const { stdout } = await run(join(installed, 'node_modules/.bin/proj'), ['--version']);
  if (stdout.trim() !== version) throw new Error(`proj --version prints ${stdout.trim()}, not ${version}`);
  console.log(`published to ${registry.address}, installed from it, and proj --version prints ${version}`);
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Only our own scope comes from the rehearsal; the rest from where npm gets it anyway. */
async function install(): Promise<string> {
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{"private":true}\n');
  await run('npm', ['install', '--no-audit', '--no-fund', `--@proj:registry=${registry.address}`, '@proj/cli'], {
    cwd: consumer,
  });
  return consumer;
}
