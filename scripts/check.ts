// Everything CI checks besides the tests: `npm run check`. Every step runs, whatever the ones before it say.
// `npm run check -- lint` runs the build, which most others need, and the steps whose name holds "lint".
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './check/run-step.ts';
import { steps } from './check/steps.ts';

const wanted = process.argv.slice(2).join(' ');
const chosen = steps.filter(({ name }) => name === 'build' || name.includes(wanted));
const started = performance.now();
let passed = 0;

for (const step of chosen) if (await runStep(step)) passed += 1;
const failed = chosen.length - passed;
report();
console.log(`${passed} passed, ${failed} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function report(): void {
  const folder = process.env['PROJ_REPORTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'check.json'), JSON.stringify({ passed, failed }));
}
