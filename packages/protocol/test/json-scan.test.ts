import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonScan, scanJson } from '../src/index.ts';

const nothing: JsonScan = {
  depth: 0,
  keys: 0,
  outerKeys: 0,
  idAt: -1,
  forbiddenKey: false,
  loneSurrogate: false,
  infinite: false,
};

test.each<[string, Partial<JsonScan>]>([
  ['', {}],
  ['7', {}],
  ['"[[{{"', {}],
  ['{}', { depth: 1 }],
  ['[[],[[]]]', { depth: 3 }],
  ['{"a":{"b":[1]},"c":2}', { depth: 3, keys: 3, outerKeys: 2 }],
  ['[{"a":1},{"a":1}]', { depth: 2, keys: 2 }],
  ['{"a":1,"a":2,"b":{"a":1}}', { depth: 2, keys: 4, outerKeys: 3 }],
  ['{"a":":{[\\":"}', { depth: 1, keys: 1, outerKeys: 1 }],
  ['{"a\\\\":"\\\\"}', { depth: 1, keys: 1, outerKeys: 1 }],
  ['{"v":1,"id":"7"}', { depth: 1, keys: 2, outerKeys: 2, idAt: 12 }],
  ['{"a":{"id":"7"}}', { depth: 2, keys: 2, outerKeys: 1 }],
  ['{"__proto__":1}', { depth: 1, keys: 1, outerKeys: 1, forbiddenKey: true }],
  ['["__proto__","constructor"]', { depth: 1 }],
  ['{"a":"\\ud83d\\ude00"}', { depth: 1, keys: 1, outerKeys: 1 }],
  ['{"a":"\\ud83d\\u0041"}', { depth: 1, keys: 1, outerKeys: 1, loneSurrogate: true }],
  ['{"a":"\\\\ud83d"}', { depth: 1, keys: 1, outerKeys: 1 }],
  ['[1e308,-1e308,1e-999,12e3]', { depth: 1 }],
  ['[1e309]', { depth: 1, infinite: true }],
  ['[-1E+400]', { depth: 1, infinite: true }],
  ['["1e309"]', { depth: 1 }],
  [`[${'9'.repeat(308)}]`, { depth: 1 }],
  [`[${'9'.repeat(309)}]`, { depth: 1, infinite: true }],
  [`[${'0'.repeat(400)}.${'9'.repeat(400)}]`, { depth: 1 }],
])('%s', (text, found) => {
  expect(scan(text)).toEqual({ ...nothing, ...found });
});

describe('agrees with JSON.parse', () => {
  const names = [
    'a',
    'id',
    'v',
    '__proto__',
    'constructor',
    'prototype',
    '__proto',
    'a":{',
    '\u00e9',
    '\\',
    '\ud83d\ude00',
  ];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 }).map(objectOf),
    ),
  }));

  test('on depth, keys and forbidden keys, however it is written', () => {
    fc.assert(
      fc.property(value, fc.boolean(), fc.constantFrom(undefined, 1, '\t'), (any, escaped, space) => {
        const json = JSON.stringify(any, null, space);
        const { depth, keys, outerKeys, forbiddenKey, infinite } = scan(escaped ? escapeAll(json) : json);
        const all = keysIn(any);
        expect({ depth, keys, outerKeys, forbiddenKey, infinite }).toEqual({
          depth: depthOf(any),
          keys: all.length,
          outerKeys: isObject(any) ? Object.keys(any).length : 0,
          forbiddenKey: all.some((key) => ['__proto__', 'constructor', 'prototype'].includes(key)),
          infinite: false,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('on numbers too large for a double', () => {
    const number = fc
      .tuple(fc.integer(), fc.nat(), fc.integer({ min: -400, max: 400 }))
      .map(([a, b, e]) => `${a}.${b}e${e}`);
    fc.assert(
      fc.property(number, (text) => {
        expect(scan(`[1,${text}]`).infinite).toBe(!Number.isFinite(JSON.parse(text)));
      }),
    );
  });

  test('on halves of surrogate pairs', () => {
    const unit = fc.constantFrom('\\ud83d', '\\ude00', '\\u0041', 'x', '\\n', '\\\\');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const json = `"${units.join('')}"`;
        expect(scan(json).loneSurrogate).toBe(!survivesUtf8(JSON.parse(json)));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('any bytes can be scanned', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(Object.keys(scanJson(bytes))).toEqual(Object.keys(nothing));
    }),
  );
});

function scan(text: string): JsonScan {
  return scanJson(new TextEncoder().encode(text));
}

function objectOf(entries: [string, unknown][]): object {
  // Object.fromEntries makes an own property of `__proto__`, as JSON.parse does.
  return Object.fromEntries(entries);
}

// Halves of surrogate pairs don't.
function survivesUtf8(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

function escapeAll(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (string) => (string.includes('\\') ? string : escapeLetters(string)));
}

function escapeLetters(text: string): string {
  return text.replace(/[A-Za-z_]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(keysIn);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}
