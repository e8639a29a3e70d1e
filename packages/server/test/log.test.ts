import { expect, test } from 'vitest';
import { atLevel, type LogLevel } from '../src/log.ts';

const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error'];

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as [LogLevel, LogLevel[]][])('at %s', (level, expected) => {
  const lines: unknown[][] = [];
  const log = atLevel(
    (...line) => lines.push(line),
    () => level,
  );
  for (const each of LEVELS) log(each, 'm', { of: each });
  expect(lines).toEqual(expected.map((each) => [each, 'm', { of: each }]));
});

test('the level in force counts, not the one at the start', () => {
  const lines: string[] = [];
  let level: LogLevel = 'error';
  const log = atLevel(
    (_level, message) => lines.push(message),
    () => level,
  );
  log('info', 'before');
  level = 'info';
  log('info', 'after');
  expect(lines).toEqual(['after']);
});
