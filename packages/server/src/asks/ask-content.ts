import type { AskOpenRequest, AskOption, Issue } from '@proj/protocol';
import { faultOfValue } from './ask-value.ts';

/** What the schema of `ask.open` cannot say: fields that only make sense together. */
export function faultsOfAsk(ask: AskOpenRequest): Issue[] {
  return [...faultsOfKind(ask), ...faultsOfItems(ask), ...faultsOfSecret(ask), ...faultsOfDefault(ask)];
}

function faultsOfKind({ kind, options, multiple, schema, secret, items }: AskOpenRequest): Issue[] {
  const faults: Issue[] = [];
  const only = (field: string, given: boolean, wanted: string): void => {
    if (given && kind !== wanted) faults.push({ path: `/${field}`, message: `goes with the kind ${wanted} only` });
  };
  only('multiple', multiple === true, 'choice');
  only('schema', schema !== undefined, 'input');
  only('secret', secret === true, 'input');
  only('items', items !== undefined && items.length > 0, 'form');
  if (kind === 'choice') faults.push(...faultsOfOptions(options, '/options'));
  return faults;
}

function faultsOfOptions(options: readonly AskOption[] | undefined, path: string): Issue[] {
  const values = (options ?? []).map((option) => option.value);
  if (values.length === 0) return [{ path, message: 'a choice has an option at least' }];
  return new Set(values).size === values.length ? [] : [{ path, message: 'two options have the same value' }];
}

function faultsOfItems({ kind, items = [] }: AskOpenRequest): Issue[] {
  if (kind !== 'form') return [];
  if (items.length === 0) return [{ path: '/items', message: 'a form has an item at least' }];
  if (new Set(items.map((item) => item.item_id)).size !== items.length) {
    return [{ path: '/items', message: 'two items have the same item_id' }];
  }
  return items.flatMap((item, i) => {
    const at = `/items/${i}`;
    if (item.kind === 'choice') {
      const faults = faultsOfOptions(item.options, `${at}/options`);
      if (faults.length > 0) return faults;
    }
    if (item.default_value === undefined) return [];
    const fault = faultOfValue({ kind: item.kind, options: item.options ?? [], items: [] }, item.default_value);
    return fault === undefined ? [] : [{ path: `${at}/default_value`, message: fault }];
  });
}

function faultsOfSecret({ secret, key, default_value }: AskOpenRequest): Issue[] {
  if (secret !== true) return [];
  const faults: Issue[] = [];
  if (key !== undefined) faults.push({ path: '/key', message: 'a secret ask takes no key' });
  if (default_value !== undefined) faults.push({ path: '/default_value', message: 'a secret ask takes no default' });
  return faults;
}

function faultsOfDefault(ask: AskOpenRequest): Issue[] {
  const { kind, default_value, on_timeout, options = [], items = [] } = ask;
  if (default_value === undefined) {
    return on_timeout === 'use_default' ? [{ path: '/on_timeout', message: 'use_default needs a default_value' }] : [];
  }
  const fault = faultOfValue({ ...ask, options, items }, default_value);
  if (fault !== undefined) return [{ path: '/default_value', message: fault }];
  // A rejection needs its reason, which a default has not.
  const rejects = kind === 'review' && default_value === 'reject' && on_timeout === 'use_default';
  return rejects ? [{ path: '/default_value', message: 'a review cannot be rejected by default' }] : [];
}
