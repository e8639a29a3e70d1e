import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as protocol from '../src/index.ts';
import * as validators from '../src/validators.ts';

const src = join(import.meta.dirname, '../src');

test('the index exports these', () => {
  expect(Object.keys(protocol).toSorted()).toEqual([
    'LineBuffer',
    'PROTOCOL_VERSION',
    'ProtocolError',
    'decodeRequestLine',
    'defaultLimits',
    'encodeAscii',
    'encodeAsciiBytes',
    'encodeErrorReply',
    'encodeEvent',
    'encodePush',
    'encodeReply',
    'errorCodes',
    'journaledTypes',
    'methodTable',
    'pushTypes',
    'scanJson',
  ]);
});

test('./validators exports these', () => {
  expect(Object.keys(validators).toSorted()).toEqual([
    'AskSchema',
    'ConfigSchema',
    'DaemonStatusSchema',
    'ErrorReplySchema',
    'EventSchema',
    'PushSchema',
    'RequestSchema',
    'SessionSchema',
    'SuccessReplySchema',
    'issuesOf',
    'parseRequest',
    'requestValidators',
  ]);
});

test('whoever loads the index does not load zod', () => {
  expect(loadedBy('index.ts')).not.toContain('zod');
  expect(loadedBy('validators.ts')).toContain('zod');
});

// What a file imports as values, and what those import.
function loadedBy(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  if (!file.endsWith('.ts')) return [...seen];
  const source = readFileSync(join(src, file), 'utf8');
  for (const [, from = ''] of source.matchAll(/^(?:import|export) (?!type)[^;]*? from '([^']+)';/gm)) {
    loadedBy(from.startsWith('.') ? join(file, '..', from) : from, seen);
  }
  return [...seen];
}
