import { expect, test } from 'vitest';
import { createRandom } from '../../harness/random.ts';
import { hostileText, mark } from '../../hostile/corpus.ts';
import { faultsOfView } from '../../hostile/judge.ts';

const view = (text: string, isPrompt = false) => faultsOfView({ name: 'v', bytes: Buffer.from(text), isPrompt });

test.each([
  `12:00:00 ses_1 asks ask_1 │ ${mark}Deploy\\x1b[2J?\r\n`,
  `\x1b[1mask_1\x1b[22m\r\n│ ${mark}世界 مرحبا é\r\n`,
  'nothing but facts\r\n',
])('%j is a good view', (text) => {
  expect(view(text)).toEqual([]);
});

test.each([
  ['an escape sequence', '│ \x1b[2J'],
  ['a window title', '│ \x1b]0;t\x07'],
  ['one byte that begins a sequence', '│ \u009b'],
  ['a lone carriage return', '│ safe\rask_1 (approval)'],
  ['a backspace', '│ a\b'],
  ['a change of direction', '│ \u202eabc'],
  ['what takes no room', '│ a\u200bb'],
  ['a blank that is none', '│ a\u3164b'],
  ['a pile of marks', `│ a${'\u0301'.repeat(6)}`],
  ['no gutter', `${mark}ask_1 (approval)`],
  ['a gutter that comes too late', `${mark} │ x`],
  ['the movement of a prompt where there is none', '│ \x1b[?25l'],
])('%s is a fault', (_what, text) => {
  expect(view(`${text}\r\n`)).toHaveLength(1);
});

test('a prompt draws, as far as its library does', () => {
  expect(view(`\x1b[?25l\x1b[2A\x1b[J${mark}label\r\n`, true)).toEqual([]);
  for (const text of ['\x1b[2J', '\x1b[6n', '\x1b]0;t\x07']) expect(view(text, true)).toHaveLength(1);
});

test('bytes that are not UTF-8 are a fault', () => {
  expect(faultsOfView({ name: 'v', bytes: Buffer.from([0xff, 0x0a]) })).toEqual(['v: bytes that are not UTF-8']);
});

test('the same seed gives the same strings, which could be sent, and shown as they are would be faults', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 1_000 }, () => hostileText(random));
  };
  const texts = draw(7);
  expect(draw(7)).toEqual(texts);
  expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);
  expect(texts.filter((text) => view(text).length === 0)).toEqual([]);
});
