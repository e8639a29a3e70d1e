import { LineBuffer } from '@proj/protocol';
import { expect, test } from 'vitest';
import { cutLines, headOf, isText } from '../../fuzz/lines.ts';
import { mutate } from '../../fuzz/mutate.ts';
import { createRandom } from '../../harness/random.ts';

test('lines are cut as the daemon cuts them', () => {
  const random = createRandom(9);
  const lines = Array.from({ length: 2_000 }, () => mutate('{"v":1,"id":"1","type":"ping"}', random, ['{}\r\n \n\t']));
  const text = lines.map((line) => `${line}\n`).join('');
  const buffer = new LineBuffer(1_048_576);
  buffer.push(Buffer.from(text, 'latin1'));
  const seen: string[] = [];
  for (let line = buffer.take(); line !== undefined; line = buffer.take())
    seen.push(Buffer.from(line).toString('latin1'));
  expect(cutLines(text)).toEqual(seen);
});

test.each([
  ['{"id":"7","type":"ping"}', { id: '7', type: 'ping' }],
  ['{"id":"7","type":"\\u0070ing"}', { id: '7', type: 'ping' }],
  ['{}', { id: undefined, type: undefined }],
  ['[]', undefined],
  ['{"id":"\xff"}', undefined],
  ['{"id":"7"', undefined],
])('%j has the head %j', (line, head) => {
  expect(headOf(line)).toEqual(head);
});

test.each([
  [' \t{', false],
  ['STATUS', true],
  ['[', true],
])('%j is text: %j', (line, expected) => {
  expect(isText(line)).toBe(expected);
});
