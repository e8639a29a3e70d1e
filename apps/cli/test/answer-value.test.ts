import { describe, expect, test } from 'vitest';
import { parseAnswer, type Question } from '../src/answer-value.ts';
import { Failure } from '../src/failure.ts';

const options = [
  { label: 'Staging', value: 'stg' },
  { label: 'Production, all', value: 'prod' },
  { label: 'Two', value: 2 },
  { label: 'Same', value: 'x' },
  { label: 'same', value: 'y' },
];
const choice: Question = { kind: 'choice', options };
const several: Question = { ...choice, multiple: true };

describe('words that answer', () => {
  const table: Array<[Question, string, unknown]> = [
    [{ kind: 'approval' }, 'y', true],
    [{ kind: 'approval' }, ' YES ', true],
    [{ kind: 'approval' }, 'approve', true],
    [{ kind: 'approval' }, 'true', true],
    [{ kind: 'approval' }, 'n', false],
    [{ kind: 'approval' }, 'deny', false],
    [{ kind: 'review' }, 'approve', 'approve'],
    [{ kind: 'review' }, 'n', 'reject'],
    [choice, 'prod', 'prod'],
    [choice, 'STAGING', 'stg'],
    [choice, 'Production, all', 'prod'],
    [choice, '1', 'stg'],
    // A value wins over a number: option 3 has the value 2.
    [choice, '2', 2],
    [choice, '3', 2],
    [choice, 'x', 'x'],
    [several, 'stg,3', ['stg', 2]],
    [several, 'Production, all', ['prod']],
    [several, 'stg, stg', ['stg']],
    [several, '', []],
    [{ kind: 'input' }, ' kept as it is ', ' kept as it is '],
    [{ kind: 'input', schema: { type: 'integer' } }, '42', 42],
    [{ kind: 'input', schema: { type: 'number' } }, '-1.5', -1.5],
    [{ kind: 'input', schema: { type: 'boolean' } }, 'yes', true],
    [{ kind: 'input', schema: { type: 'array', items: { type: 'string' } } }, '["a"]', ['a']],
    [{ kind: 'form' }, ' {"a":1}', { a: 1 }],
  ];
  test.each(table)('%j: %j is %j', (question, words, value) => {
    expect(parseAnswer(question, words)).toEqual(value);
  });
});

describe('words that do not', () => {
  const table: Array<[Question, string]> = [
    [{ kind: 'approval' }, ''],
    [{ kind: 'approval' }, 'maybe'],
    [{ kind: 'approval' }, '1'],
    [{ kind: 'review' }, 'later'],
    [choice, '0'],
    [choice, '6'],
    [choice, 'Same'],
    [choice, 'stg,prod'],
    [several, 'stg,nope'],
    [{ kind: 'input', schema: { type: 'integer' } }, '1.5'],
    [{ kind: 'input', schema: { type: 'number' } }, ''],
    [{ kind: 'input', schema: { type: 'object', properties: {} } }, 'a=1'],
    [{ kind: 'form' }, 'version=1'],
    [{ kind: 'form' }, '{'],
  ];
  test.each(table)('%j: %j is refused', (question, words) => {
    expect(() => parseAnswer(question, words)).toThrow(Failure);
  });
});
