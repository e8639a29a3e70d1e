import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import type { Cli } from '../src/cli.ts';
import { processIo } from '../src/io.ts';
import { buildProgram } from '../src/program.ts';
import { emptyHome, runProj, servedHome } from './proj.ts';

const cli: Cli = { io: processIo(), exitCode: 0 };

function leaves(command: Command, path: string[] = []): Array<[string, Command]> {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((each) => leaves(each, [...path, each.name()]));
}

test('the commands there are', () => {
  expect(leaves(buildProgram(cli)).map(([path]) => path)).toEqual([
    'ask approval',
    'ask choice',
    'ask input',
    'ask form',
    'ask review',
    'asks list',
    'asks show',
    'answer',
    'control',
    'sessions list',
    'sessions show',
    'sessions messages',
    'sessions pause',
    'sessions resume',
    'sessions abort',
    'sessions input',
    'log',
    'status',
    'pause',
    'resume',
    'reload',
    'stop',
    'ipc serve-sockets',
    'ipc ping',
    'ipc send',
    'ipc tail',
    'ipc types',
    'schema print',
    'schema export',
    'schema generate',
  ]);
});

test.each(leaves(buildProgram(cli)))('%s has help with examples that it understands itself', (path, command) => {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  expect(help).toMatch(/--dir <dir>/);
  expect(help).toMatch(/--json/);
  const [, examples = ''] = help.split('Examples:\n');
  const calls = examples
    .trim()
    .split('\n')
    .filter((line) => line.includes(`proj ${path.replace(/ list$/, '')}`));
  expect(calls).not.toEqual([]);
  const known = command.options.flatMap(({ long, short }) => [long, short]);
  for (const call of calls) {
    const [mine = ''] = call.slice(call.indexOf('proj ')).split(/ (?:\||&&|2>)/);
    const options = mine.match(/(?<= )--?[a-z][a-z-]*/g) ?? [];
    expect(options.filter((option) => !['--json', '--dir', ...known].includes(option))).toEqual([]);
  }
});

test.each([
  [[], ['proj ask approval', 'proj asks', 'proj answer', 'proj control', 'proj sessions', 'proj log', 'proj status']],
  [['ask'], ['proj ask approval', 'proj ask choice', 'proj ask input', 'proj ask form', 'proj ask review']],
  [['sessions'], ['proj sessions', 'proj sessions show', 'proj sessions messages', 'proj sessions pause']],
  [['ipc'], ['proj ipc serve-sockets', 'proj ipc ping', 'proj ipc send', 'proj ipc tail', 'proj ipc types']],
])('the help of %j has an example of each command in it', async (path, commands) => {
  const { code, stdout } = await runProj(emptyHome(), [...path, '--help']);
  const [, examples = ''] = stdout.split('Examples:\n');
  const missing = commands.filter((command) => !examples.includes(command));
  expect({ code, missing }).toEqual({ code: 0, missing: [] });
});

test('docs/cli.md names every command and option', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../../docs/cli.md', import.meta.url)), 'utf8');
  const missing = leaves(buildProgram(cli)).flatMap(([path, command]) => {
    const words = [`proj ${path.replace(/ list$/, '')}`, ...command.options.map(({ long }) => long ?? '')];
    return words.filter((word) => !docs.includes(word)).map((word) => `${path}: ${word}`);
  });
  expect(missing).toEqual([]);
});

test.each([
  [['sttus'], "unknown command 'sttus'\n(Did you mean status?)"],
  [['sessions', 'shwo'], "unknown command 'shwo'\n(sessions has: list, show,"],
  [['status', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
  [['answer', 'ask_1'], "missing required argument 'value'"],
  [['ask', 'approval', 'Sure?', '--risk', 'high'], "argument 'high' is invalid. Allowed choices are read"],
  [['ask', 'approval', 'Sure?', '--timeout', 'soon'], 'for example 45s, 30m, 1h30m or 2d'],
  [[], 'Usage: proj'],
  [['ipc'], 'Usage: proj ipc'],
])('%j ends with 2 and says what to do on standard error', async (args, text) => {
  const ended = await runProj(emptyHome(), args);
  expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
});

test('help and version end with 0 on standard output', async () => {
  const home = emptyHome();
  expect(await runProj(home, ['--help'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('Usage: proj'),
  });
  expect(await runProj(home, ['--version'])).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test('ordinary commands load no validators, no server, no prompts', async () => {
  const home = await servedHome();
  for (const args of [['status'], ['asks'], ['sessions'], ['ask', 'approval', 'Sure?', '--no-wait']]) {
    const coverage = join(home.path, args.join('-'));
    await runProj({ ...home, env: { ...home.env, NODE_V8_COVERAGE: coverage } }, args);
    const loaded = readdirSync(coverage)
      .map((file) => readFileSync(join(coverage, file), 'utf8'))
      .join();
    expect(loaded).toContain('/commander/');
    expect(loaded).not.toMatch(/\/(zod|yaml|@clack|server|validators)[/.]/);
  }
});

test('bin/proj.js can be run as it is', () => {
  const path = join(fileURLToPath(new URL('..', import.meta.url)), 'bin/proj.js');
  expect(statSync(path).mode & 0o111).not.toBe(0);
  expect(readFileSync(path, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});
