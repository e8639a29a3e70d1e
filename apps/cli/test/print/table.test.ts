import { expect, test } from 'vitest';
import { table } from '../../src/print/table.ts';

test('columns are aligned by cells, the last one is shortened to the width', () => {
  const rows = [
    ['世界', '1', 'short'],
    ['a', '22', 'much longer than that'],
  ];
  expect(table(['NAME', 'N', 'SAYS'], rows)).toEqual([
    'NAME  N   SAYS',
    '世界  1   short',
    'a     22  much longer than that',
  ]);
  expect(table(['NAME', 'N', 'SAYS'], rows, 25)).toEqual([
    'NAME  N   SAYS',
    '世界  1   short',
    'a     22  much longer t…',
  ]);
});
