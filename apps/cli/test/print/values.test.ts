import { expect, test } from 'vitest';
import { bytesText } from '../../src/print/daemon-status.ts';
import { valueText } from '../../src/print/values.ts';

test.each([
  ['approval' as const, true, 'yes'],
  ['approval' as const, false, 'no'],
  ['approval' as const, 'true', 'no'],
  ['choice' as const, 'stg', 'stg'],
  ['choice' as const, 2, '2'],
  ['choice' as const, ['a', 2], 'a\n2'],
  ['input' as const, 'kept  as it is', 'kept  as it is'],
  ['input' as const, ['ü'], '["\\u00fc"]'],
  ['form' as const, { a: 1 }, '{"a":1}'],
  ['review' as const, 'reject', 'reject'],
])('%s %j is %s', (kind, value, text) => {
  expect(valueText(kind, value)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [3_145_728, '3.0 MiB'],
  [5e15, '4547.5 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
