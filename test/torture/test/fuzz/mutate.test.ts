import { expect, test } from 'vitest';
import { mutate } from '../../fuzz/mutate.ts';
import { createRandom } from '../../harness/random.ts';

const LINE = '{"v":1,"id":"1","type":"ask.answer","payload":{"ask_id":"ask_1","value":true}}';
const OTHERS = [LINE, '{"v":1,"id":"2","type":"ping"}'];

function mutants(seed: number, count: number): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => mutate(LINE, random, OTHERS));
}

test('the same seed gives the same mutants, another one others', () => {
  expect(mutants(3, 200)).toEqual(mutants(3, 200));
  expect(mutants(3, 200)).not.toEqual(mutants(4, 200));
});

test('each kind of harm is done', () => {
  const all = mutants(5, 5_000);
  const kinds = [/\0/, /\n/, /\r$/, /\[{500}/, /1e400/, /__proto__/, /\\ud800/, /x{8192}/, /"id":[^,]*,"id":/, /\xff/];
  expect(kinds.filter((kind) => !all.some((line) => kind.test(line)))).toEqual([]);
});

test('a mutant is bytes: no character is above 0xFF', () => {
  expect(mutants(6, 2_000).filter((line) => /[\u0100-\uffff]/.test(line))).toEqual([]);
});
