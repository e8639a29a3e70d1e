import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './root.mjs';

// turbo executes the first `pnpm` on PATH by itself, so that file has to be a script with #! or a binary (ELF,
// Mach-O). What pnpm 10 leaves there when it has switched itself to another version is neither.
const executableStarts = ['2321', '7f45', 'cffa', 'cafe'];

/** The command and first arguments that start pnpm: the one on PATH when it has the pinned major, else npx. */
export function findPnpm() {
  const pin = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  if (isUsable(pin.slice('pnpm@'.length))) return ['pnpm'];
  // npx asks the registry on every call otherwise: 70 s of retries without a network.
  return ['npx', '--yes', '--prefer-offline', pin];
}

function isUsable(pinned) {
  const folder = (process.env.PATH ?? '').split(delimiter).find((dir) => dir && existsSync(join(dir, 'pnpm')));
  if (folder === undefined || !executableStarts.includes(firstBytes(join(folder, 'pnpm')))) return false;
  // Outside the checkout: inside it an older pnpm switches to the pinned version and reports that.
  const asked = spawnSync('pnpm', ['--version'], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return asked.status === 0 && major(asked.stdout) === major(pinned);
}

function firstBytes(path) {
  try {
    const file = openSync(path, 'r');
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    closeSync(file);
    return head.toString('hex');
  } catch {
    return '';
  }
}

function major(version) {
  return version.trim().split('.')[0];
}
