import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';

const repository = join(import.meta.dirname, '../../..');
const generated = 'packages/protocol/src/generated';

interface Exit {
  code: number;
  stdout: string;
  stderr: string;
}

/** A private copy of all that generation reads and writes. */
const test = base.extend<{ copy: string }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads the names of what a fixture needs from here
  copy: async ({}, use) => {
    const copy = mkdtempSync(join(tmpdir(), 'generate-'));
    for (const path of ['schemas', 'scripts/generate', 'scripts/generate.ts', generated]) {
      cpSync(join(repository, path), join(copy, path), { recursive: true });
    }
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    await use(copy);
    rmSync(copy, { recursive: true });
  },
});

test('what is committed follows the schemas', async ({ copy }) => {
  expect(await generate(copy, '--check')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('running it again changes nothing', async ({ copy }) => {
  rmSync(join(copy, generated), { recursive: true });
  const first = await generate(copy);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.trim().split('\n').toSorted()).toEqual(filesOf(copy).map((file) => `${generated}/${file}`));
  expect(contents(copy)).toEqual(contents(repository));
  expect(await generate(copy)).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('the check', () => {
  test('names a file that was edited, and the command that mends it', async ({ copy }) => {
    edit(copy, `${generated}/types.gen.ts`, (text) => text.replace('v: 1', 'v: 2'));
    expect(await generate(copy, '--check')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${generated}/types.gen.ts does not follow schemas/\nrun \`npm run generate\` and commit the result\n`,
    });
  });

  test('names every file that a change of a schema reaches', async ({ copy }) => {
    edit(copy, 'schemas/session.schema.json', (text) => text.replaceAll('"aborted"', '"ended"'));
    const { code, stderr } = await generate(copy, '--check');
    expect({ code, stderr: stderr.split('\n') }).toEqual({
      code: 1,
      stderr: [
        `${generated}/types.gen.ts does not follow schemas/`,
        `${generated}/validators.gen.ts does not follow schemas/`,
        'run `npm run generate` and commit the result',
        '',
      ],
    });
  });

  test('names a file that is missing, and one too many', async ({ copy }) => {
    rmSync(join(copy, generated, 'methods.gen.ts'));
    writeFileSync(join(copy, generated, 'old.gen.ts'), '');
    const { code, stderr } = await generate(copy, '--check');
    expect({ code, stderr: stderr.split('\n') }).toEqual({
      code: 1,
      stderr: [
        `${generated}/methods.gen.ts does not follow schemas/`,
        `${generated}/old.gen.ts is not generated`,
        'run `npm run generate` and commit the result',
        '',
      ],
    });
  });

  test('writes nothing', async ({ copy }) => {
    edit(copy, `${generated}/events.gen.ts`, (text) => `${text}// edited\n`);
    const before = contents(copy);
    await generate(copy, '--check');
    expect(contents(copy)).toEqual(before);
  });
});

test('it mends what the check found', async ({ copy }) => {
  edit(copy, `${generated}/types.gen.ts`, (text) => `${text}// edited\n`);
  writeFileSync(join(copy, generated, 'old.gen.ts'), '');
  expect(await generate(copy)).toMatchObject({
    code: 0,
    stdout: `${generated}/types.gen.ts\n${generated}/old.gen.ts\n`,
  });
  expect(contents(copy)).toEqual(contents(repository));
});

test('a schema it does not understand is an error, and nothing is written', async ({ copy }) => {
  edit(copy, 'schemas/common.schema.json', (text) => text.replace('"pattern"', '"format"'));
  const before = contents(copy);
  const { code, stderr } = await generate(copy);
  expect(code).toBe(1);
  expect(stderr).toContain('Id: keyword "format" is not supported here by scripts/generate');
  expect(contents(copy)).toEqual(before);
});

function generate(copy: string, ...args: string[]): Promise<Exit> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/generate.ts', ...args], { cwd: copy }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function edit(copy: string, file: string, change: (text: string) => string): void {
  const text = readFileSync(join(copy, file), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(join(copy, file), changed);
}

function filesOf(copy: string): string[] {
  return readdirSync(join(copy, generated)).toSorted();
}

function contents(copy: string): Record<string, string> {
  return Object.fromEntries(filesOf(copy).map((file) => [file, readFileSync(join(copy, generated, file), 'utf8')]));
}
