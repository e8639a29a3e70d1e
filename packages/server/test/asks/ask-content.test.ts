import type { AskOpenRequest, FormItem, Issue } from '@proj/protocol';
import { expect, test } from 'vitest';
import { faultsOfAsk } from '../../src/asks/ask-content.ts';

const options = [
  { label: 'A', value: 'a' },
  { label: 'B', value: 'b' },
];
const twice = [options[0], { label: 'Again', value: 'a' }].flatMap((option) => (option ? [option] : []));
const item: FormItem = { item_id: 'i', label: 'I', kind: 'input' };

const SOUND: Partial<AskOpenRequest>[] = [
  { kind: 'approval' },
  { kind: 'approval', default_value: false, on_timeout: 'use_default' },
  { kind: 'approval', multiple: false, secret: false, items: [] },
  { kind: 'choice', options },
  { kind: 'choice', options, multiple: true, default_value: ['b', 'a'] },
  { kind: 'input', schema: { type: 'integer', minimum: 3 }, default_value: 3 },
  { kind: 'input', secret: true },
  { kind: 'form', items: [item, { ...item, item_id: 'j', kind: 'choice', options, default_value: 'a' }] },
  { kind: 'form', items: [{ ...item, required: true }], default_value: { i: 'x' } },
  { kind: 'review', default_value: 'approve', on_timeout: 'use_default' },
  { kind: 'review', default_value: 'reject' },
];

test.each(SOUND)('sound: %o', (fields) => {
  expect(faultsOf(fields)).toEqual([]);
});

const UNSOUND: [fields: Partial<AskOpenRequest>, faults: Issue[]][] = [
  [{ kind: 'approval', multiple: true }, [{ path: '/multiple', message: 'goes with the kind choice only' }]],
  [{ kind: 'form', items: [item], schema: { type: 'string' } }, [only('schema', 'input')]],
  [{ kind: 'choice', options, secret: true }, [only('secret', 'input')]],
  [{ kind: 'input', items: [item] }, [only('items', 'form')]],
  [{ kind: 'choice' }, [{ path: '/options', message: 'a choice has an option at least' }]],
  [{ kind: 'choice', options: [] }, [{ path: '/options', message: 'a choice has an option at least' }]],
  [{ kind: 'choice', options: twice }, [{ path: '/options', message: 'two options have the same value' }]],
  [{ kind: 'form' }, [{ path: '/items', message: 'a form has an item at least' }]],
  [{ kind: 'form', items: [item, item] }, [{ path: '/items', message: 'two items have the same item_id' }]],
  [
    { kind: 'form', items: [item, { ...item, item_id: 'j', kind: 'choice' }] },
    [{ path: '/items/1/options', message: 'a choice has an option at least' }],
  ],
  [
    { kind: 'form', items: [{ ...item, default_value: 1 }] },
    [{ path: '/items/0/default_value', message: 'the value must be a string' }],
  ],
  [{ kind: 'input', secret: true, key: 'k' }, [{ path: '/key', message: 'a secret ask takes no key' }]],
  [
    { kind: 'input', secret: true, default_value: 'd' },
    [{ path: '/default_value', message: 'a secret ask takes no default' }],
  ],
  [
    { kind: 'approval', on_timeout: 'use_default' },
    [{ path: '/on_timeout', message: 'use_default needs a default_value' }],
  ],
  [
    { kind: 'approval', default_value: 'yes' },
    [{ path: '/default_value', message: 'an approval is answered by true or false' }],
  ],
  [
    { kind: 'review', default_value: 'reject', on_timeout: 'use_default' },
    [{ path: '/default_value', message: 'a review cannot be rejected by default' }],
  ],
  [
    { kind: 'review', multiple: true, schema: { type: 'string' }, secret: true, key: 'k', items: [item] },
    [
      only('multiple', 'choice'),
      only('schema', 'input'),
      only('secret', 'input'),
      only('items', 'form'),
      { path: '/key', message: 'a secret ask takes no key' },
    ],
  ],
];

test.each(UNSOUND)('unsound: %o', (fields, faults) => {
  expect(faultsOf(fields)).toEqual(faults);
});

function faultsOf(fields: Partial<AskOpenRequest>): Issue[] {
  return faultsOfAsk({ session_id: 'ses_1', kind: 'approval', message: 'm', ...fields });
}

function only(field: string, kind: string): Issue {
  return { path: `/${field}`, message: `goes with the kind ${kind} only` };
}
