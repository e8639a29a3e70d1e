import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import * as generated from '../src/generated/validators.gen.ts';
import { bytesOf, type ReceivedVector, readVectors, requestVectors, schemasDir } from './vectors.ts';

interface MethodRow {
  type: string;
  sockets: string[];
  request: string;
}

const files = readdirSync(schemasDir).filter((file) => file.endsWith('.schema.json'));
const methods: MethodRow[] = readJson('methods.json');
const validators = new Map<string, z.ZodType>(Object.entries(generated));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
for (const file of files) ajv.addSchema(readJson(file));

test.each(files)('%s is a JSON Schema 2020-12', (file) => {
  const schema = readJson(file);
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: file });
  expect(ajv.validateSchema(schema)).toBe(true);
});

test.each(definitions())('%s is compiled by both, its references found', (name) => {
  expect(schemaOf(name)).toBeTypeOf('function');
  expect(validators.get(`${name}Schema`)).toBeDefined();
});

describe('schema and validator agree', () => {
  const requests = requestVectors().flatMap((vector) => {
    const line = parsed(bytesOf(vector));
    const row = methods.find(({ type, sockets }) => type === line?.['type'] && sockets.includes(vector.socket));
    const own =
      row === undefined ? [] : [{ name: vector.name, definition: row.request, value: line?.['payload'] ?? null }];
    return line === undefined ? [] : [{ name: vector.name, definition: 'Request', value: line }, ...own];
  });

  test.each(requests)('on $definition: $name', ({ definition, value }) => {
    expect(byValidator(definition, value)).toBe(bySchema(definition, value));
  });

  const kinds = { success: 'SuccessReply', error: 'ErrorReply', event: 'Event', push: 'Push' };
  const received = [...readVectors<ReceivedVector>('replies.json'), ...readVectors<ReceivedVector>('events.json')];

  test.each(received)('on what a client gets: $name', ({ line, kind, payload, accept }) => {
    const value = JSON.parse(line);
    const fits = [byValidator(kinds[kind], value), bySchema(kinds[kind], value)];
    const inside = payload === null ? [] : [byValidator(payload, value.payload), bySchema(payload, value.payload)];
    expect(fits[0]).toBe(fits[1]);
    expect(inside[0]).toBe(inside[1]);
    expect([...fits, ...inside].every(Boolean)).toBe(accept);
  });

  const good = requests.filter(({ definition, value }) => isSmall(value) && bySchema(definition, value));
  const odd: unknown[] = [
    undefined,
    null,
    true,
    0,
    -1,
    0.5,
    501,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
    '',
    'a\n',
    '\ud83d\ude00'.repeat(256),
    '\ud83d\ude00'.repeat(257),
    [],
    {},
    { toString: 1 },
  ];

  test.each(good)('on $definition with anything odd in it: $name', ({ definition, value }) => {
    const places = placesIn(value);
    const changed = odd.flatMap((other) => places.map((place) => changeAt(value, place, other)));
    expect(changed.filter((each) => byValidator(definition, each) !== bySchema(definition, each))).toEqual([]);
  });

  test('on any payload with anything in it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.nat(),
        fc.jsonValue({ maxDepth: 2 }),
        ({ definition, value }, at, other) => {
          const places = placesIn(value);
          const changed = changeAt(value, places[at % places.length] ?? [], other);
          expect({ changed, fits: byValidator(definition, changed) }).toEqual({
            changed,
            fits: bySchema(definition, changed),
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('every reply and every event stands in the vectors', () => {
  const replies = new Set(readVectors<ReceivedVector>('replies.json').map(({ payload }) => payload));
  const missing = readJson<{ reply: string }[]>('methods.json').filter(({ reply }) => !replies.has(reply));
  expect(missing).toEqual([]);
  const events = new Set(readVectors<ReceivedVector>('events.json').map(({ line }) => JSON.parse(line).type));
  expect(readJson<{ type: string }[]>('events.json').filter(({ type }) => !events.has(type))).toEqual([]);
});

test('every error code stands in the vectors', () => {
  const codes = readVectors<ReceivedVector>('replies.json').map(({ line }) => JSON.parse(line).error?.code);
  const { $defs } = readJson<{ $defs: { ErrorCode: { oneOf: { const: string }[] } } }>('error.schema.json');
  expect($defs.ErrorCode.oneOf.filter((code) => !codes.includes(code.const))).toEqual([]);
});

function bySchema(definition: string, value: unknown): boolean {
  return schemaOf(definition)(value);
}

function byValidator(definition: string, value: unknown): boolean {
  const validator = validators.get(`${definition}Schema`);
  if (validator === undefined) throw new Error(`no validator of ${definition}`);
  return validator.safeParse(value).success;
}

function schemaOf(definition: string): ValidateFunction {
  const found = files.map((file) => ajv.getSchema(`${file}#/$defs/${definition}`)).find((each) => each !== undefined);
  if (found === undefined) throw new Error(`no schema of ${definition}`);
  return found;
}

function definitions(): string[] {
  return files.flatMap((file) => Object.keys(readJson<{ $defs: object }>(file).$defs));
}

/** The value with another one in this place, or none where it is undefined. */
function changeAt(value: unknown, [step, ...rest]: string[], other: unknown): unknown {
  if (step === undefined) return other ?? null;
  const entries = Object.entries(value ?? {});
  const changed = entries.flatMap(([key, each]) => {
    if (key !== step) return [[key, each]];
    return rest.length === 0 && other === undefined ? [] : [[key, changeAt(each, rest, other)]];
  });
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

function isSmall(value: unknown): boolean {
  return JSON.stringify(value).length < 2_000;
}

function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, each]) => placesIn(each).map((path) => [key, ...path]));
  return [[], ...inner];
}

function parsed(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function readJson<T = Record<string, unknown>>(file: string): T {
  return JSON.parse(readFileSync(join(schemasDir, file), 'utf8'));
}
