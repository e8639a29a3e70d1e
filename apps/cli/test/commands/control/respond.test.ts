import type { Ask } from '@proj/protocol';
import { expect, test } from 'vitest';
import { respondValue } from '../../../src/commands/control/respond.ts';
import { askRecord } from '../../ask-record.ts';

const options = [
  { label: 'A', value: 'a' },
  { label: 'B', value: 'b' },
];
const items: Ask['items'] = [
  { item_id: 'v', label: 'Version', kind: 'input', default_value: '1.4' },
  { item_id: 'note', label: 'Note', kind: 'input' },
  { item_id: 'sure', label: 'Sure?', kind: 'approval' },
  { item_id: 'where', label: 'Where', kind: 'choice', options },
];

test.each<[Partial<Ask>, string, unknown]>([
  [{ kind: 'approval' }, 'y', true],
  [{ kind: 'approval' }, 'N', false],
  [{ kind: 'approval', default_value: false }, 'y', true],
  [{ kind: 'approval' }, 'blue', undefined],
  [{ kind: 'review' }, 'y', 'approve'],
  [{ kind: 'review' }, 'n', 'reject'],
  [{ kind: 'choice', options }, 'y', 'a'],
  [{ kind: 'choice', options, default_value: 'b' }, 'y', 'b'],
  [{ kind: 'choice', options, multiple: true }, 'y', ['a']],
  [{ kind: 'choice', options }, 'b', 'b'],
  [{ kind: 'choice', options }, 'n', undefined],
  [{ kind: 'input' }, 'y', 'y'],
  [{ kind: 'input', default_value: 'text' }, 'y', 'text'],
  [{ kind: 'input' }, 'n', 'n'],
  [{ kind: 'input', schema: { type: 'integer' } }, 'n', undefined],
  [{ kind: 'form', items }, 'y', { v: '1.4', note: 'y', sure: true, where: 'a' }],
  [{ kind: 'form', items }, 'n', undefined],
  [{ kind: 'form', items }, '{"v":"2"}', { v: '2' }],
])('%j to %s is %j', (fields, word, value) => {
  expect(respondValue(askRecord(fields), word)).toEqual(value);
});
