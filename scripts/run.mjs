// The commands of the README, on any machine with Node.js 20 or newer and npm: `npm run setup`, `npm start`,
// `npm test`, `npm run check` and the rest. package.json calls this with `exec`, so that a signal to npm reaches this
// process and not a shell in between. Plain JavaScript without dependencies: it runs before anything is installed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, runDaemon } from './run/launch.mjs';
import { findPnpm } from './run/pnpm.mjs';
import { root } from './run/root.mjs';

const [task = '', ...rest] = process.argv.slice(2);

// One package after the other: vitest spreads each over the cores already, and tests with a time limit need room.
const tests = ['//#generate:check', '//#typecheck:root', 'typecheck', 'test', '--concurrency=1'];

const tasks = {
  setup: [install, build],
  start: [install, build, serve],
  build: [install, build],
  test: [
    install,
    () => turbo([...tests, '--continue=dependencies-successful', ...forceWhenCounted(), ...rest], { shown: true }),
  ],
  check: [install, () => script('check.ts')],
  generate: [install, () => script('generate.ts')],
  format: [install, () => pnpm('formatting', ['exec', 'biome', 'format', '--write', '.', ...rest], { shown: true })],
  lint: [install, build, () => pnpm('linting', ['exec', 'oxlint', '--type-aware', ...rest], { shown: true })],
  typecheck: [install, () => turbo(['//#typecheck:root', 'typecheck', ...rest], { shown: true })],
  coverage: [install, build, () => pnpm('testing', ['exec', 'vitest', 'run', '--coverage', ...rest], { shown: true })],
  bench: [install, build, () => pnpm('bench', ['exec', 'node', 'bench/run.ts', ...rest], { shown: true })],
  torture: [install, build, () => pnpm('torture', ['exec', 'node', 'test/torture/run.ts', ...rest], { shown: true })],
  planted: [
    install,
    build,
    () => pnpm('planted', ['exec', 'node', 'test/torture/planted/run.ts', ...rest], { shown: true }),
  ],
  consumer: [install, build, () => script('consumer.ts')],
  'rehearse-release': [install, build, () => script('rehearse-release.ts')],
};

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node.js 20 or newer is needed; this is ${process.version}`);
  process.exit(2);
}
if (!Object.hasOwn(tasks, task)) {
  console.error(`usage: npm run ${Object.keys(tasks).join(' | ')}`);
  process.exit(2);
}
const [command, ...leading] = findPnpm();
for (const step of tasks[task]) {
  const code = await step();
  if (code !== 0) process.exit(code);
}

function install() {
  return pnpm('installing the packages', [
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--loglevel=error',
  ]);
}

function build() {
  return turbo(['build']);
}

function turbo(args, { shown = false } = {}) {
  const logs = shown ? '--output-logs=new-only' : '--output-logs=errors-only';
  return pnpm('building', ['exec', 'turbo', 'run', logs, ...args], { shown });
}

function script(file) {
  return pnpm(file, ['exec', 'node', join('scripts', file), ...rest], { shown: true });
}

function pnpm(title, args, { shown = false } = {}) {
  return launch({ title, command, args: [...leading, ...args], shown });
}

// Counted results come from tests that ran, not from remembered ones.
function forceWhenCounted() {
  return process.env.PROJ_REPORTS ? ['--force'] : [];
}

function serve() {
  const [bin] = Object.values(JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8')).bin);
  return runDaemon([join(root, 'apps/cli', bin), 'ipc', 'serve-sockets', ...rest]);
}
