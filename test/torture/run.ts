// Tortures real daemons and judges what their clients saw: `npm run torture -- --help` says how to choose.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './harness/arguments.ts';
import { endSignals, runScenario, type Report } from './harness/run-scenario.ts';
import type { Scenario } from './harness/scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

const options = readArguments(process.argv.slice(2), () => Math.floor(Math.random() * 0xffff_ffff));
const unknown = options.only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no scenario is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const chosen = options.only.length > 0 ? options.only : names;
const reports: Report[] = [];
let isInterrupted = false;
for (const signal of endSignals) process.once(signal, () => (isInterrupted = true));
for (const name of chosen) {
  if (isInterrupted) break;
  const { scenario }: { scenario: Scenario } = await import(join(folder, `${name}.ts`));
  if (options.list) console.log(`${name.padEnd(18)} ${scenario.promises.join(' ').padEnd(8)} ${scenario.summary}`);
  else reports.push(await runScenario(scenario, options));
}

if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reports, null, 2)}\n`);
const failed = reports.filter(({ result }) => result === 'failed').length;
if (!options.list) console.log(`${reports.length - failed} held, ${failed} did not`);
process.exitCode = failed === 0 ? 0 : 1;
