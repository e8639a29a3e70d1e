import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/config-file.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

test.each([
  ['no file', undefined, {}],
  ['nothing', '', {}],
  ['a comment', '# nothing yet\n', {}],
  ['null', '~', {}],
  [
    'sections',
    'limits: { clients: 3 }\njournal:\n  durability: normal\n',
    { limits: { clients: 3 }, journal: { durability: 'normal' } },
  ],
  ['JSON', '{"log": {"level": "debug"}}', { log: { level: 'debug' } }],
])('%s', (_name, text, config) => {
  expect(readConfigFile(fileOf(text))).toStrictEqual(config);
});

const bomb = `a: &a [x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
limits: *c`;

test.each([
  ['a list', '[1]', 'it must be object'],
  ['a word', 'limits', 'it must be object'],
  ['an unknown section', 'limit: {}', 'it has an unknown field: limit'],
  ['an unknown setting', 'limits: { klients: 3 }', 'limits has an unknown field: klients'],
  ['long names', `${'k'.repeat(200)}: 1`, `it has an unknown field: ${'k'.repeat(100)}`],
  ['text for a number', 'limits: { clients: many }', 'limits.clients must be number'],
  ['a number that is too small', 'limits: { clients: 0 }', 'limits.clients must be at least 1'],
  ['a fraction', 'journal: { max_events: 1.5 }', 'journal.max_events must be an integer'],
  ['an unknown word', 'journal: { durability: best }', 'journal.durability must be "full" or "normal"'],
  ['null for a section', 'journal:', 'journal must be object'],
  [
    'two faults',
    'limits: { clients: 0 }\nlog: { level: loud }',
    'limits.clients must be at least 1; log.level must be "debug" or "info" or "warn" or "error"',
  ],
])('%s is a fault that is named', (_name, text, fault) => {
  const path = fileOf(text);
  expect(thrownBy(() => readConfigFile(path))).toEqual({ code: 'config_invalid', message: `${path}: ${fault}` });
});

test.each([
  ['what is not YAML', '{', 'Flow map'],
  ['a key twice', 'log: {}\nlog: {}', 'Map keys must be unique'],
  ['two documents', 'log: {}\n---\nlog: {}', 'Source contains multiple documents'],
  ['an alias', 'log: &l { level: info }\nlimits: *l', 'Alias resolution is disabled'],
  ['a bomb of aliases', bomb, 'Alias resolution is disabled'],
  ['a file above 1 MiB', `#${'x'.repeat(1_048_576)}`, 'it has more than 1048576 bytes'],
])('%s cannot be read', (_name, text, reason) => {
  const path = fileOf(text);
  const call = () => readConfigFile(path);
  expect(thrownBy(call)).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining(`${path} cannot be read: ${reason}`),
  });
});

test('a key __proto__ reaches no prototype', () => {
  const path = fileOf('__proto__: { polluted: true }');
  expect(thrownBy(() => readConfigFile(path))).toMatchObject({ code: 'config_invalid' });
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('a directory cannot be read', () => {
  const path = fileOf(undefined);
  mkdirSync(path);
  expect(thrownBy(() => readConfigFile(path))).toMatchObject({ code: 'config_invalid' });
});

function fileOf(text: string | undefined): string {
  const path = join(tempDirectory(), 'config.yaml');
  if (text !== undefined) writeFileSync(path, text);
  return path;
}
