import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ClientErrorCode } from '../src/index.ts';

const here = import.meta.dirname;
const pages = {
  'README.md': join(here, '..', 'README.md'),
  'docs/sdk.md': join(here, '..', '..', '..', 'docs', 'sdk.md'),
};
const examples = flat(readFileSync(join(here, 'docs-examples.ts'), 'utf8'));

/** Without imports and what a formatter decides: the examples stand in functions, the pages do not. */
function flat(code: string): string {
  const lines = code.split('\n').filter((line) => !line.startsWith('import '));
  return lines
    .join('')
    .replaceAll(/\s+/g, '')
    .replaceAll(/,(?=[)\]}])/g, '');
}

describe.each(Object.entries(pages))('%s', (_, path) => {
  const text = readFileSync(path, 'utf8');
  const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);

  test('has examples', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(blocks)('shows what is compiled: %#', (block) => {
    expect(examples).toContain(flat(block));
  });
});

test('docs/sdk.md tells every local error, and no other', () => {
  const codes: Record<ClientErrorCode, true> = {
    not_running: true,
    not_permitted: true,
    directory_unsafe: true,
    path_too_long: true,
    connection_lost: true,
    closed: true,
    aborted: true,
    timeout: true,
    too_many_pending: true,
    frame_too_large: true,
    protocol_violation: true,
  };
  const [, section = ''] = readFileSync(pages['docs/sdk.md'], 'utf8').split('### `ClientError`');
  const [table = ''] = section.split('\n## ');
  const told = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  expect(told).toEqual(Object.keys(codes));
});
