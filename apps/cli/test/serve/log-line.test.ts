import { expect, test } from 'vitest';
import { clockTime } from '../../src/print/clock.ts';
import { humanLogLine, jsonLogLine } from '../../src/serve/log-line.ts';

const at = '2026-11-20T14:10:17.322Z';

test('an entry as JSON is one line of ASCII', () => {
  const line = jsonLogLine({ at, level: 'warn', message: 'gr\u00fc\u00df\n', fields: { count: 3, name: '\x7f' } });
  expect(line).toBe(
    String.raw`{"at":"2026-11-20T14:10:17.322Z","level":"warn","message":"gr\u00fc\u00df\n","count":3,"name":"\u007f"}`,
  );
});

test('an entry for people is one safe line', () => {
  const fields = { path: '/run/a.sock', name: 'two words', count: 3, list: [1], gone: undefined, bad: '\x1b' };
  expect(humanLogLine({ at, level: 'info', message: 'ready\x1b', fields })).toBe(
    `${clockTime(at)} info  ready\\x1b path=/run/a.sock name="two words" count=3 list=[1] gone= bad=\\x1b`,
  );
});
