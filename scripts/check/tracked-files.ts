// What belongs to the machine of one author stays out of the repository: the path of the checkout, the home folder,
// the host of the registry it installs from.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const foreign = [`${root}/`, `${homedir()}/`, registryHost()].filter((text) => text.length > 2);
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(isFile);
const faults = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return foreign.filter((name) => text.includes(name)).map((name) => `${file} holds ${name}`);
});

for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

function registryHost(): string {
  const address = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  return new URL(address).host;
}

function isFile(file: string): boolean {
  return file !== '' && (statSync(join(root, file), { throwIfNoEntry: false })?.isFile() ?? false);
}
