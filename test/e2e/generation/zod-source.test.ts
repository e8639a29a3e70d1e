import { describe, expect, test } from 'vitest';
import type { Schema } from '../../../scripts/generate/read-schemas.ts';
import { emitValidators } from '../../../scripts/generate/validators.ts';
import { zodSource } from '../../../scripts/generate/zod-source.ts';

const cat = {
  title: 'Cat',
  type: 'object',
  properties: { kind: { const: 'cat' } },
  required: ['kind'],
  additionalProperties: false,
};
const dog = {
  title: 'Dog',
  type: 'object',
  properties: { kind: { const: 'dog' } },
  required: ['kind'],
  additionalProperties: false,
};
const definitions = { Cat: cat, Dog: dog };

test.each<[Schema, string]>([
  [{}, 'z.unknown()'],
  [{ title: 'T', description: 'D', default: 1 }, 'z.unknown()'],
  [{ $ref: 'pets.schema.json#/$defs/Cat' }, 'cat_'],
  [{ const: 1 }, 'z.literal(1)'],
  [{ enum: ['a', 'b'] }, 'z.literal(["a","b"])'],
  [{ oneOf: [{ const: 'a', description: 'D' }, { const: 'b' }] }, 'z.literal(["a","b"])'],
  [{ oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }] }, 'z.discriminatedUnion("kind", [cat_, dog_])'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'z.union([z.string(), z.null()])'],
  [{ type: 'string', minLength: 1, maxLength: 8 }, 'z.string().min(1).check(atMost(8))'],
  [{ type: 'string', pattern: '^a"b$' }, `z.string().regex(new RegExp("^a\\"b$", 'u'))`],
  [{ type: 'integer', minimum: 0, maximum: 9 }, 'z.int().min(0).max(9)'],
  [{ type: 'number', minimum: 0 }, 'z.number().min(0)'],
  [{ type: 'boolean' }, 'z.boolean()'],
  [{ type: 'array', items: { type: 'string' }, maxItems: 2 }, 'z.array(z.string()).max(2)'],
  [{ type: 'object', additionalProperties: true }, 'z.record(z.string(), z.unknown())'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'z.record(z.string(), z.string())'],
  [{ type: 'object', additionalProperties: false }, 'z.strictObject({\n})'],
  [
    { type: 'object', properties: { a: {}, b: {} }, required: ['a'], additionalProperties: true },
    'z.looseObject({\n  "a": z.unknown().refine((value): boolean => value !== undefined),\n  "b": z.exactOptional(z.unknown()),\n})',
  ],
])('%j', (schema, source) => {
  expect(zodSource(schema, 'Here', definitions)).toBe(source);
});

describe('refuses', () => {
  test.each<[string, Schema, string]>([
    [
      'an unknown keyword',
      { type: 'string', format: 'uri' },
      'Here: keyword "format" is not supported here by scripts/generate',
    ],
    ['a keyword beside $ref', { $ref: '#/$defs/Cat', minLength: 1 }, 'Here: keyword "minLength" is not supported here'],
    ['a keyword beside const', { const: 1, type: 'integer' }, 'Here: keyword "type" is not supported here'],
    ['a keyword of another type', { type: 'string', minimum: 1 }, 'Here: keyword "minimum" is not supported here'],
    ['a keyword without a type', { minLength: 1 }, 'Here: keyword "minLength" is not supported here'],
    [
      'a keyword deep inside',
      { type: 'array', items: { type: 'string', format: 'uri' } },
      'Here/items: keyword "format"',
    ],
    ['a type it does not know', { type: 'date' }, 'Here: type "date" is not supported by scripts/generate'],
    [
      'a $ref that names no definition',
      { $ref: 'pets.schema.json' },
      '$ref pets.schema.json does not name a definition',
    ],
    [
      'an integer without bounds',
      { type: 'integer', minimum: 0 },
      'Here: an integer needs "minimum" and "maximum", both safe',
    ],
    ['an unsafe integer', { type: 'integer', minimum: 0, maximum: 2 ** 53 }, 'Here: an integer needs'],
    ['a minLength above 1', { type: 'string', minLength: 2 }, 'Here: minLength above 1 is not supported'],
    [
      'an object that leaves it open',
      { type: 'object', properties: { a: {} } },
      'Here: say "additionalProperties": true or false',
    ],
    [
      'a required field without a schema',
      { type: 'object', properties: {}, required: ['a'], additionalProperties: false },
      'Here: "a" is required but has no schema',
    ],
    [
      'a oneOf without a tag',
      { oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Cat' }] },
      'Here: oneOf needs a required const',
    ],
  ])('%s', (_, schema, message) => {
    expect(() => zodSource(schema, 'Here', definitions)).toThrow(message);
  });

  test('a $ref to what no file defines', () => {
    expect(() => emit({ Cat: { $ref: '#/$defs/Lion' } })).toThrow('schemas: Cat mentions Lion, which no file defines');
  });

  test('a cycle', () => {
    const list = (of: string): Schema => ({ type: 'array', items: { $ref: `#/$defs/${of}` } });
    expect(() => emit({ A: list('B'), B: list('C'), C: list('A') })).toThrow('schemas: cycle A -> B -> C -> A');
  });
});

test('a definition stands above those that mention it', () => {
  const source = emit({ A: { type: 'array', items: { $ref: '#/$defs/Z' } }, Z: { type: 'string' } });
  expect(source.indexOf('const z_ =')).toBeLessThan(source.indexOf('const a_ ='));
  expect(source).toContain('same<Same<z.infer<typeof a_>, T.A>>();');
});

function emit(all: Record<string, Schema>): string {
  return emitValidators({ definitions: all, methods: [], events: [] });
}
