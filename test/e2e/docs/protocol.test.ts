import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '@proj/protocol';
import { expect, test } from 'vitest';
import { codeIn, readSchema, readTables } from './read-tables.ts';

interface MethodRow {
  type: string;
  sockets: string[];
  request: string;
  reply: string;
  stability: 'stable' | 'planned';
}

interface EventRow {
  type: string;
  journaled: boolean;
  payload: string;
}

interface Definition {
  properties?: Record<string, unknown>;
  required?: string[];
}

const definitions = readDefinitions();
const methods = readSchema<MethodRow[]>('methods.json');
const events = readSchema<EventRow[]>('events.json');

test.each([
  ['### On both doors', ['runtime', 'control']],
  ['### On `runtime.sock`', ['runtime']],
  ['### On `control.sock`', ['control']],
])('%s: every type of methods.json, its fields and its reply, and no other', (heading, sockets) => {
  const written = readTables('protocol.md', heading).slice(1);
  const rows = methods.filter((row) => row.sockets.join() === sockets.join());
  expect(
    written.map(([type = '', request, reply]) => ({ type, request: codeIn(request), reply })).toSorted(byType),
  ).toEqual(
    rows
      .map((row) => ({ type: nameOf(row), request: fieldsOf(row.request), reply: replyOf(row.reply) }))
      .toSorted(byType),
  );
});

test('every event of events.json, and no other', () => {
  const written = readTables('protocol.md', '## Events').map(([type = '']) => type);
  const rows = events.map(({ type }) => (type.startsWith('terminal.') ? `\`${type}\` *planned*` : `\`${type}\``));
  expect(written.filter((type) => type.startsWith('`'))).toEqual(rows);
});

test('every limit with its default', () => {
  const written = readTables('protocol.md', '## Hello and limits').slice(1);
  const defaults = written.map(([name, value = '']) => [codeIn(name)[0], Number(value.replaceAll(',', ''))]);
  expect(Object.fromEntries(defaults)).toEqual(defaultLimits);
});

function nameOf({ type, stability }: MethodRow): string {
  return stability === 'planned' ? `\`${type}\` *planned*` : `\`${type}\``;
}

function replyOf(definition: string): string {
  if (definition === 'DaemonStatus') return 'a DaemonStatus';
  return fieldsOf(definition)
    .map((field) => `\`${field}\``)
    .join(', ');
}

function fieldsOf(definition: string): string[] {
  const { properties = {}, required = [] } = definitions.get(definition) ?? {};
  return Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
}

function byType(a: { type: string }, b: { type: string }): number {
  return a.type.localeCompare(b.type);
}

function readDefinitions(): Map<string, Definition> {
  const files = readdirSync(join(import.meta.dirname, '../../../schemas')).filter((file) =>
    file.endsWith('.schema.json'),
  );
  return new Map(
    files.flatMap((file) => Object.entries(readSchema<{ $defs: Record<string, Definition> }>(file).$defs)),
  );
}
