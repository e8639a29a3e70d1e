// Plants each bug of bugs.ts in a copy of the tree and shows who notices: `npm run planted`, with `--only NAME` for one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type PlantedBug, plantedBugs } from './bugs.ts';
import { failuresOf } from './run-checks.ts';
import { killPrograms } from './run-program.ts';
import { ScratchCopy } from './scratch-copy.ts';

interface Verdict {
  name: string;
  breaks: string;
  result: 'caught' | 'missed';
  by: readonly string[];
}

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, json: { type: 'string' } },
});
const bugs = plantedBugs.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
if (bugs.length === 0) throw new Error(`there are ${plantedBugs.map(({ name }) => name).join(', ')}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killPrograms();
    process.exit(1);
  });
}

await expectSound(bugs);
const verdicts: Verdict[] = [];
for (const bug of bugs) {
  const verdict = await plant(bug);
  verdicts.push(verdict);
  console.log(`${verdict.result.padEnd(7)} ${bug.name} (${bug.breaks})`);
  for (const failure of verdict.by) console.log(`        ${failure}`);
}
const missed = verdicts.filter(({ result }) => result === 'missed').length;
console.log(`${verdicts.length - missed} of ${verdicts.length} planted bugs caught`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(verdicts, null, 2)}\n`);
process.exitCode = missed === 0 ? 0 : 1;

/** Without a bug the same checks pass: what fails later fails because of it. */
async function expectSound(bugs: readonly PlantedBug[]): Promise<void> {
  const checks = [...new Set(bugs.flatMap((bug) => bug.checks))];
  const copy = new ScratchCopy();
  try {
    await copy.build();
    const failures = await failuresOf(copy.folder, checks);
    if (failures.length > 0) throw new Error(`fails without a bug:\n${failures.join('\n')}`);
    console.log(`without a bug ${checks.length} checks pass`);
  } finally {
    copy.remove();
  }
}

async function plant({ name, breaks, checks }: PlantedBug): Promise<Verdict> {
  const copy = new ScratchCopy();
  try {
    await copy.plant(join(import.meta.dirname, 'patches', `${name}.patch`));
    const by = await failuresOf(copy.folder, checks);
    return { name, breaks, result: by.length > 0 ? 'caught' : 'missed', by };
  } finally {
    copy.remove();
  }
}
