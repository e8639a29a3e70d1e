import { expect, test } from 'vitest';
import { History } from '../../history/history.ts';

function line(seq: number, text = ''): string {
  return JSON.stringify({ v: 1, seq, text });
}

test('each stretch goes on where the last one ended', () => {
  const stream = new History().openStream('r');
  stream.begin(4);
  expect(stream.cursor).toBe(4);
  stream.take(line(5));
  stream.take(line(6));
  stream.begin(stream.cursor);
  stream.begin(stream.cursor);
  stream.take(line(7));
  expect(stream.stretches).toEqual([
    { after_seq: 4, seqs: [5, 6] },
    { after_seq: 6, seqs: [] },
    { after_seq: 6, seqs: [7] },
  ]);
});

test('a cut comes after so many events, and what came with it was not read', () => {
  const stream = new History().openStream('r');
  let cuts = 0;
  stream.begin(0);
  stream.cutAfter(2, () => (cuts += 1));
  for (const seq of [1, 2, 3]) stream.take(line(seq));
  expect([cuts, stream.cursor]).toEqual([1, 2]);
  stream.begin(2);
  stream.cutAfter(undefined, () => (cuts += 1));
  for (const seq of [3, 4, 5]) stream.take(line(seq));
  expect([cuts, stream.cursor]).toEqual([1, 5]);
});

test('it says when an event has been reached, also one that it has already', async () => {
  const stream = new History().openStream('r');
  stream.begin(0);
  const reached = stream.reached(2);
  stream.take(line(1));
  stream.take(line(3));
  await reached;
  await stream.reached(3);
});

test('two readers that saw different bytes are noticed, the same bytes are not', () => {
  const history = new History();
  const [first, second] = [history.openStream('a'), history.openStream('b')];
  for (const stream of [first, second]) stream.begin(0);
  for (const stream of [first, second]) stream.take(line(1));
  first.take(line(2, 'x'));
  second.take(line(2, 'y'));
  expect([...history.lines.first.keys()]).toEqual([1, 2]);
  expect(history.lines.differing).toEqual(new Set([2]));
});
