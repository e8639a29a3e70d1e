// schemas/ -> packages/protocol/src/generated/*.gen.ts
// `npm run generate` writes the files, `npm run generate -- --check` fails when what is committed differs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitErrorCodes } from './generate/error-codes.ts';
import { emitEventTable, emitMethodTable } from './generate/method-table.ts';
import { readSchemas } from './generate/read-schemas.ts';
import { emitTypes } from './generate/types.ts';
import { emitRequestValidators, emitValidators } from './generate/validators.ts';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'packages/protocol/src/generated');
const schemas = readSchemas(join(root, 'schemas'));
const files: Record<string, string> = {
  'error-codes.gen.ts': emitErrorCodes(schemas),
  'events.gen.ts': emitEventTable(schemas),
  'methods.gen.ts': emitMethodTable(schemas),
  'request-validators.gen.ts': emitRequestValidators(schemas),
  'types.gen.ts': await emitTypes(schemas),
  'validators.gen.ts': emitValidators(schemas),
};
const stale = Object.keys(files).filter((file) => readOut(file) !== files[file]);
const stray = listOut().filter((file) => !(file in files));

if (process.argv.includes('--check')) check();
else write();

function check(): void {
  for (const file of stale) console.error(`packages/protocol/src/generated/${file} does not follow schemas/`);
  for (const file of stray) console.error(`packages/protocol/src/generated/${file} is not generated`);
  if (stale.length + stray.length === 0) return;
  console.error('run `npm run generate` and commit the result');
  process.exitCode = 1;
}

function write(): void {
  mkdirSync(outDir, { recursive: true });
  for (const file of stale) writeFileSync(join(outDir, file), files[file] ?? '');
  for (const file of stray) rmSync(join(outDir, file));
  for (const file of [...stale, ...stray]) console.log(`packages/protocol/src/generated/${file}`);
}

function readOut(file: string): string | undefined {
  return listOut().includes(file) ? readFileSync(join(outDir, file), 'utf8') : undefined;
}

function listOut(): string[] {
  mkdirSync(outDir, { recursive: true });
  return readdirSync(outDir);
}
