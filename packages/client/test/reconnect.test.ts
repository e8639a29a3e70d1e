import { ProtocolError } from '@proj/protocol';
import { expect, test } from 'vitest';
import { ClientError } from '../src/errors.ts';
import { defaultReconnect, isFinal, reconnectDelayMs, sleep } from '../src/reconnect.ts';

test('the delay lies between the minimum and a ceiling that doubles up to the maximum', () => {
  const range = (attempt: number): number[] =>
    [0, 0.5, 1].map((chance) => reconnectDelayMs(attempt, defaultReconnect, () => chance));
  expect([0, 1, 2, 5, 6, 1_000].map(range)).toEqual([
    [100, 150, 200],
    [100, 250, 400],
    [100, 450, 800],
    [100, 2_550, 5_000],
    [100, 2_550, 5_000],
    [100, 2_550, 5_000],
  ]);
});

test('a maximum below the minimum gives the minimum', () => {
  expect(reconnectDelayMs(0, { minMs: 50, maxMs: 10 }, () => 1)).toBe(50);
});

test('trying again helps against all but a wrong path and a wrong version', () => {
  const errors = [
    new ProtocolError('unsupported_version', ''),
    new ClientError('path_too_long', ''),
    new ClientError('directory_unsafe', ''),
    new ProtocolError('too_many_clients', ''),
    new ClientError('not_running', ''),
    new ClientError('protocol_violation', ''),
    new Error('EMFILE'),
  ];
  expect(errors.map(isFinal)).toEqual([true, true, true, false, false, false, false]);
});

test('a sleep ends when its signal aborts, also one aborted before', async () => {
  const abort = new AbortController();
  const asleep = sleep(60_000, abort.signal);
  abort.abort();
  await asleep;
  await sleep(60_000, abort.signal);
  await sleep(1, new AbortController().signal);
});
