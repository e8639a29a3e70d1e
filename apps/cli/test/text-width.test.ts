import { expect, test } from 'vitest';
import { textWidth } from '../src/text-width.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['世界', 4],
  ['ｆｕｌｌ', 8],
  ['한글', 4],
  ['✅', 2],
  ['\u2764\ufe0f', 2],
  ['│', 1],
])('%s takes %i cells', (text, cells) => {
  expect(textWidth(text)).toBe(cells);
});
