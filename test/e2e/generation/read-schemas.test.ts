import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from 'vitest';
import { emitEventTable, emitMethodTable } from '../../../scripts/generate/method-table.ts';
import { readSchemas } from '../../../scripts/generate/read-schemas.ts';

const schemas = join(import.meta.dirname, '../../../schemas');

/** A private copy of the schemas, and a way to change a file of it. */
const test = base.extend<{ dir: string; change: (file: string, edit: (text: string) => string) => void }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads the names of what a fixture needs from here
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'schemas-'));
    cpSync(schemas, dir, { recursive: true });
    await use(dir);
    rmSync(dir, { recursive: true });
  },
  change: async ({ dir }, use) => {
    await use((file, edit) => {
      const text = readFileSync(join(dir, file), 'utf8');
      const edited = edit(text);
      if (edited === text) throw new Error(`nothing to change in ${file}`);
      writeFileSync(join(dir, file), edited);
    });
  },
});

test('reads every definition under its title', ({ dir }) => {
  const { definitions, methods, events } = readSchemas(dir);
  expect(definitions['SessionState']).toMatchObject({ enum: ['active', 'paused', 'completed', 'aborted'] });
  expect(methods[0]).toMatchObject({ type: 'hello', sockets: ['runtime', 'control'], request: 'HelloRequest' });
  expect(events[0]).toMatchObject({ type: 'session.opened', journaled: true, payload: 'Session' });
});

test('refuses a definition under another title', ({ dir, change }) => {
  change('client.schema.json', (text) => text.replace('"title": "ClientInfo"', '"title": "Client"'));
  expect(() => readSchemas(dir)).toThrow('client.schema.json: ClientInfo needs "title": "ClientInfo"');
});

test('refuses a title that two files define', ({ dir, change }) => {
  change('plugin.schema.json', (text) => text.replaceAll('PluginInfo', 'ClientInfo'));
  expect(() => readSchemas(dir)).toThrow('plugin.schema.json: ClientInfo is defined in another file already');
});

test('refuses a method whose request no file defines', ({ dir, change }) => {
  change('methods.json', (text) => text.replace('"PingRequest"', '"PongRequest"'));
  expect(() => readSchemas(dir)).toThrow('ping mentions PongRequest, which no file defines');
});

test('refuses an event whose payload no file defines', ({ dir, change }) => {
  change('events.json', (text) => text.replace('"FeedProgress"', '"FeedPace"'));
  expect(() => readSchemas(dir)).toThrow('feed.progress mentions FeedPace, which no file defines');
});

test('refuses a type that stands twice on a door', ({ dir, change }) => {
  change('methods.json', (text) => text.replace('"type": "daemon.pause"', '"type": "daemon.resume"'));
  expect(() => emitMethodTable(readSchemas(dir))).toThrow('schemas: daemon.resume stands twice in its table');
});

test('refuses an event that stands twice', ({ dir, change }) => {
  change('events.json', (text) => text.replace('"type": "ask.opened"', '"type": "ask.settled"'));
  expect(() => emitEventTable(readSchemas(dir))).toThrow('schemas: ask.settled stands twice in its table');
});
