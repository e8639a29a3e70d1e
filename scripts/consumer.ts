// The packages as a stranger gets them: packed, installed by npm into an empty folder outside the workspace,
// type-checked without skipLibCheck by each TypeScript we promise, and run against a daemon of the installed command.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'proj-consumer-'));
const consumer = join(folder, 'consumer');
const bin = join(consumer, 'node_modules/.bin');
const compilers = { typescript59: 'npm:typescript@5.9.3', typescript7: 'npm:typescript@7.0.2' };
const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  resolveJsonModule: true,
  skipLibCheck: false,
};

try {
  await install(await pack());
  for (const compiler of Object.keys(compilers)) await typeCheck(compiler);
  await runAgainstDaemon();
  console.log('packed, installed, type-checked with TypeScript 5.9 and 7, and run');
} catch (error) {
  console.error(outputOf(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pack(): Promise<string[]> {
  const tarballs = join(folder, 'tarballs');
  const which = ['--filter', './packages/*', '--filter', './apps/*'];
  await run('pnpm', ['--recursive', ...which, 'pack', '--pack-destination', tarballs], { cwd: root });
  return readdirSync(tarballs).map((file) => join(tarballs, file));
}

async function install(tarballs: string[]): Promise<void> {
  mkdirSync(consumer);
  const devDependencies = { ...compilers, '@types/node': '^22.20.5' };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module', devDependencies }));
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  copyFileSync(join(import.meta.dirname, 'consumer/program.ts'), join(consumer, 'program.ts'));
  await run('npm', ['install', '--no-audit', '--no-fund', ...tarballs], { cwd: consumer });
}

function typeCheck(compiler: string): Promise<unknown> {
  return run(process.execPath, [join(consumer, 'node_modules', compiler, 'bin/tsc')], { cwd: consumer });
}

async function runAgainstDaemon(): Promise<void> {
  const dir = join(folder, 'daemon');
  const args = ['ipc', 'serve-sockets', '--dir', dir, '--json'];
  const daemon = spawn(join(bin, 'proj'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(daemon, 'exit');
  try {
    const ready = await Promise.race([once(createInterface(daemon.stdout), 'line'), ended]);
    if (typeof ready[0] !== 'string') throw new Error('the daemon ended before it was ready');
    await run(process.execPath, ['program.js', dir], { cwd: consumer, timeout: 30_000 });
  } finally {
    daemon.kill('SIGTERM');
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`the daemon ended with ${code}`);
}

/** Compilers write what is wrong to stdout. */
function outputOf(error: unknown): unknown {
  const failed = error instanceof Error && 'stdout' in error && 'stderr' in error;
  return failed ? `${error.message}\n${error.stdout}${error.stderr}` : error;
}
