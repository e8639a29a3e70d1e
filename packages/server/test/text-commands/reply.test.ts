import { expect, test } from 'vitest';
import { notFound } from '../../src/errors.ts';
import { printHelp, printOutcome } from '../../src/text-commands/reply.ts';

test('one line says how it went', () => {
  const payload = { state: 'monitoring', dir: '/tmp/ä' };
  expect(printOutcome('ok', { payload })).toBe('OK');
  expect(printOutcome('pong', { payload })).toBe('PONG');
  expect(printOutcome('json', { payload })).toBe('{"state":"monitoring","dir":"/tmp/\\u00e4"}');
  expect(printHelp()).toBe('OK STATUS PAUSE RESUME RELOAD NEW_SESSION PING HELP');
});

test('an error is its message, in printable ASCII on one line', () => {
  expect(printOutcome('json', { error: notFound('ask') })).toBe('ERR: no ask has this id');
  const odd = Object.assign(notFound('ask'), { message: 'no /tmp/\u001b[31mä\n"x"' });
  expect(printOutcome('ok', { error: odd })).toBe('ERR: no /tmp/\\u001b[31m\\u00e4\\n\\"x\\"');
});

test('a fault of the daemon says nothing of its cause', () => {
  const line = printOutcome('ok', { error: new TypeError('the secret') });
  expect(line).toBe('ERR: a fault of the daemon; its log has the cause');
});
