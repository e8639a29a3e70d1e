import { expect, test } from 'vitest';
import { askFields, parseItem } from '../src/ask-fields.ts';
import { Failure } from '../src/failure.ts';

test('an approval with everything', () => {
  const fields = askFields('approval', 'Deploy 1.4.2?', {
    key: 'deploy-1.4.2',
    description: 'All checks green.',
    default: 'no',
    timeout: '30m',
    onTimeout: 'use_default',
    urgency: 'advisory',
    risk: 'destructive',
    subject: 'git:4f2a91c',
    context: ['commit=4f2a91c', 'note=a=b'],
  });
  expect(fields).toEqual({
    kind: 'approval',
    message: 'Deploy 1.4.2?',
    key: 'deploy-1.4.2',
    description: 'All checks green.',
    default_value: false,
    timeout_ms: 1_800_000,
    on_timeout: 'use_default',
    urgency: 'advisory',
    risk: 'destructive',
    subject: 'git:4f2a91c',
    context: [
      { name: 'commit', value: '4f2a91c' },
      { name: 'note', value: 'a=b' },
    ],
  });
});

test('a choice reads its default as an answer', () => {
  expect(askFields('choice', 'Where?', { option: ['Staging=stg', 'prod'], multiple: true, default: '1,prod' })).toEqual(
    {
      kind: 'choice',
      message: 'Where?',
      options: [
        { label: 'Staging', value: 'stg' },
        { label: 'prod', value: 'prod' },
      ],
      multiple: true,
      default_value: ['stg', 'prod'],
    },
  );
});

test('what was not said is left out', () => {
  expect(askFields('review', 'Merge?', {})).toEqual({ kind: 'review', message: 'Merge?' });
  expect(askFields('input', 'Token?', { secret: true })).toEqual({ kind: 'input', message: 'Token?', secret: true });
});

test.each([
  ['version=input:Version', { item_id: 'version', label: 'Version', kind: 'input' }],
  ['sure!=approval:Sure?', { item_id: 'sure', label: 'Sure?', kind: 'approval', required: true }],
  [
    'env=choice:Where:Staging=stg|prod',
    {
      item_id: 'env',
      label: 'Where',
      kind: 'choice',
      options: [
        { label: 'Staging', value: 'stg' },
        { label: 'prod', value: 'prod' },
      ],
    },
  ],
  ['{"item_id":"a","label":"A","kind":"input"}', { item_id: 'a', label: 'A', kind: 'input' }],
])('item %s', (text, item) => {
  expect(parseItem(text)).toEqual(item);
});

test.each([
  ['choice' as const, {}],
  ['form' as const, {}],
  ['approval' as const, { option: ['a'] }],
  ['approval' as const, { item: ['a=input:A'] }],
  ['choice' as const, { option: ['a'], schema: '{}' }],
  ['input' as const, { schema: '[]' }],
  ['form' as const, { item: ['a=date:A'] }],
  ['approval' as const, { context: ['=x'] }],
  ['approval' as const, { default: 'perhaps' }],
  ['approval' as const, { timeout: 'soon' }],
])('%s with %j is refused', (kind, options) => {
  expect(() => askFields(kind, 'Sure?', options)).toThrow(Failure);
});
