import type { AskOption, FormItem, ValueSchema } from '@proj/protocol';
import { describe, expect, test } from 'vitest';
import { faultOfValue } from '../../src/asks/ask-value.ts';

type Question = Parameters<typeof faultOfValue>[0];

const bare = { options: [], items: [] };
const options: AskOption[] = [
  { label: 'One', value: 1 },
  { label: 'Text one', value: '1' },
  { label: 'Yes', value: true },
  { label: 'Proto', value: '__proto__' },
];
const items: FormItem[] = [
  { item_id: 'ok', label: 'OK', kind: 'approval', required: true },
  { item_id: 'pick', label: 'Pick', kind: 'choice', options },
  { item_id: 'note', label: 'Note', kind: 'input', required: false },
  { item_id: 'constructor', label: 'C', kind: 'input' },
];

const ofEvery = [undefined, null, true, false, 0, 1, '', '1', 'approve', [], [1], {}, { value: true }];

describe('an approval', () => {
  const question: Question = { kind: 'approval', ...bare };

  test('is true or false and nothing that looks like it', () => {
    expect(accepted(question, [...ofEvery, 'true', 'yes', Object(true)])).toEqual([true, false]);
    expect(faultOfValue(question, 'true')).toBe('an approval is answered by true or false');
  });
});

describe('a choice', () => {
  test("is one option's value, type and all", () => {
    const question: Question = { kind: 'choice', options, items: [] };
    expect(accepted(question, [...ofEvery, '__proto__', 'constructor', 2])).toEqual([true, 1, '1', '__proto__']);
    expect(faultOfValue(question, [1])).toBe('a choice is answered by the value of an option');
  });

  test('with multiple is an array of them, each once', () => {
    const question: Question = { kind: 'choice', options, items: [], multiple: true };
    const values = [...ofEvery, [1, '1', true], [1, 1], [2], [[1]], { 0: 1, length: 1 }];
    expect(accepted(question, values)).toEqual([[], [1], [1, '1', true]]);
    expect(faultOfValue(question, 1)).toBe('a choice with multiple is answered by an array of option values');
    expect(faultOfValue(question, [1, 1])).toBe('a choice names an option once');
  });
});

describe('a review', () => {
  const question: Question = { kind: 'review', ...bare };

  test('is approve or reject', () => {
    expect(accepted(question, [...ofEvery, 'reject', 'Approve', 'approve '])).toEqual(['approve', 'reject']);
    expect(faultOfValue(question, true)).toBe('a review is answered by approve or reject');
  });
});

describe('a form', () => {
  const question: Question = { kind: 'form', options: [], items };

  test.each([
    ['the required items', { ok: false }, undefined],
    ['all items', { ok: true, pick: '1', note: '', constructor: 'c' }, undefined],
    ['no required item', { note: 'n' }, 'the item ok is required'],
    ['a required item that is inherited only', Object.create({ ok: true }), 'the item ok is required'],
    ['an item that is not there', { ok: true, other: 1 }, 'a form is answered by its own items only'],
    ['a key from the prototype', { ok: true, toString: 'x' }, 'a form is answered by its own items only'],
    ['a key __proto__', JSON.parse('{"ok":true,"__proto__":1}'), 'a form is answered by its own items only'],
    ['null for an item', { ok: null }, 'the item ok: an approval is answered by true or false'],
    ['a wrong choice', { ok: true, pick: 7 }, 'the item pick: a choice is answered by the value of an option'],
    ['a number for text', { ok: true, note: 7 }, 'the item note: the value must be a string'],
    ['an array', [true], 'a form is answered by an object with a value an item'],
    ['null', null, 'a form is answered by an object with a value an item'],
    ['text', 'ok', 'a form is answered by an object with a value an item'],
  ])('with %s', (_name, value, fault) => {
    expect(faultOfValue(question, value)).toBe(fault);
  });
});

describe('an input', () => {
  test('without a schema is a string, an empty one too', () => {
    expect(accepted({ kind: 'input', ...bare }, ofEvery)).toEqual(['', '1', 'approve']);
  });

  const text: [schema: ValueSchema, accepted: unknown[], refused: unknown[]][] = [
    [{ type: 'string', minLength: 2 }, ['ab', '😀😀'], ['', 'a', '😀']],
    [{ type: 'string', maxLength: 2 }, ['', 'ab', '😀😀'], ['abc', '😀😀😀']],
    [{ type: 'string', minLength: 0, maxLength: 0 }, [''], ['a']],
    [{ type: 'string', enum: ['a', 'toString'] }, ['a', 'toString'], ['', 'b', 'A', 'constructor']],
    [{ type: 'string', title: 't', description: 'd' }, [''], [1, null, true, ['a']]],
    [{ type: 'boolean' }, [true, false], ['true', 0, 1, null]],
    [{ type: 'number' }, [0, -0, 1.5, -1e300, Number.MAX_VALUE], ['1', null, true, [1]]],
    [{ type: 'number', minimum: 0 }, [0, 0.1], [-0.1, -1]],
    [{ type: 'number', maximum: 0 }, [0, -5], [0.1]],
    [{ type: 'number', minimum: 1.5, maximum: 1.5 }, [1.5], [1.4, 1.6]],
    [{ type: 'integer' }, [0, -7, 2 ** 53 - 1], [1.5, 2 ** 53, 1e300, '1']],
    [{ type: 'integer', minimum: 1, maximum: 3 }, [1, 3], [0, 4, 2.5]],
  ];
  const many: [schema: ValueSchema, accepted: unknown[], refused: unknown[]][] = [
    [
      { type: 'array', items: { type: 'integer' } },
      [[], [1, 2]],
      [[1, 'a'], [1.5], [[1]], {}, 'a', null, { length: 0 }],
    ],
    [
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
      [['a'], ['a', 'a']],
      [[], ['a', 'b', 'c']],
    ],
    [{ type: 'array', items: { type: 'string', maxLength: 1 } }, [['a']], [['ab'], ['a', 'ab']]],
  ];
  const object: ValueSchema = {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'string' } },
    required: ['a'],
  };
  const keyed: [schema: ValueSchema, accepted: unknown[], refused: unknown[]][] = [
    [
      object,
      [{ a: 1 }, { a: 1, b: '' }],
      [
        {},
        { b: '' },
        { a: '1' },
        { a: 1, b: 2 },
        { a: 1, c: 1 },
        { a: 1, b: undefined },
        Object.create({ a: 1 }),
        JSON.parse('{"a":1,"__proto__":{}}'),
        [1],
        null,
      ],
    ],
    [{ type: 'object', properties: {} }, [{}], [{ toString: 1 }, { constructor: 1 }, JSON.parse('{"__proto__":1}')]],
  ];

  test.each([...text, ...many, ...keyed])('fits %o', (schema, good, bad) => {
    expect(accepted({ kind: 'input', ...bare, schema }, [...good, ...bad])).toEqual(good);
  });

  test.each([
    [{ type: 'string', minLength: 2 } as const, 'a', 'the value must have at least 2 characters'],
    [{ type: 'string', maxLength: 2 } as const, 'abc', 'the value must have at most 2 characters'],
    [{ type: 'string', enum: ['a'] }, 'b', 'the value must be one that the schema lists'],
    [{ type: 'string' } as const, 1, 'the value must be a string'],
    [{ type: 'boolean' } as const, 1, 'the value must be true or false'],
    [{ type: 'number' } as const, '1', 'the value must be a number'],
    [{ type: 'integer' } as const, 1.5, 'the value must be an integer'],
    [{ type: 'number', minimum: 2 } as const, 1, 'the value must be at least 2'],
    [{ type: 'number', maximum: 2 } as const, 3, 'the value must be at most 2'],
    [{ type: 'array', items: { type: 'string' } } as const, 'a', 'the value must be an array'],
    [{ type: 'array', items: { type: 'string' }, minItems: 1 } as const, [], 'the value must have at least 1 items'],
    [{ type: 'array', items: { type: 'string' }, maxItems: 0 } as const, ['a'], 'the value must have at most 0 items'],
    [object, 'a', 'the value must be an object'],
    [object, {}, 'the value lacks a required property'],
    [object, { a: 1, secret: 1 }, 'the value has a property that the schema does not list'],
  ] as [ValueSchema, unknown, string][])('names the fault of %o', (schema, value, fault) => {
    expect(faultOfValue({ kind: 'input', ...bare, schema }, value)).toBe(fault);
  });
});

function accepted(question: Question, values: unknown[]): unknown[] {
  return values.filter((value) => faultOfValue(question, value) === undefined);
}
