import { DatabaseSync } from 'node:sqlite';
import { ProtocolError } from '@proj/protocol';
import { expect, test } from 'vitest';
import {
  cursorExpired,
  forbidden,
  impossibleTransition,
  invalidField,
  LocalError,
  limitReached,
  notFound,
  sessionEnded,
  shuttingDown,
  storageFailed,
  toProtocolError,
  usedForSomethingElse,
} from '../src/errors.ts';

test('what leaves the daemon, word for word', () => {
  const bodies = [
    notFound('client'),
    impossibleTransition('completed', 'active'),
    sessionEnded('aborted'),
    usedForSomethingElse('key'),
    invalidField('/after', 'is odd'),
    limitReached('too_many_asks', 'there are 3', 3),
    forbidden('because', 'no'),
    cursorExpired(5, 9),
    storageFailed(new Error('secret path')),
    shuttingDown(),
  ].map((error) => error.toBody());
  expect(bodies).toEqual([
    { code: 'not_found', message: 'no client has this id' },
    {
      code: 'conflict',
      message: 'what is completed cannot become active',
      details: { from: 'completed', to: 'active' },
    },
    {
      code: 'conflict',
      message: 'the session is aborted and takes nothing more',
      details: { from: 'aborted', to: 'aborted' },
    },
    { code: 'conflict', message: 'this key was used for something else' },
    {
      code: 'invalid_payload',
      message: '/after: is odd',
      details: { issues: [{ path: '/after', message: 'is odd' }] },
    },
    { code: 'too_many_asks', message: 'there are 3', details: { limit: 3 } },
    { code: 'forbidden', message: 'no', details: { reason: 'because' } },
    { code: 'cursor_expired', message: 'the journal holds 5 to 9', details: { oldest_seq: 5, head_seq: 9 } },
    { code: 'storage_failed', message: 'the journal could not be written' },
    { code: 'shutting_down', message: 'the daemon is stopping' },
  ]);
});

test('an error of the wire stays as it is', () => {
  const error = notFound('ask');
  expect(toProtocolError(error)).toBe(error);
});

test('an error of SQLite is storage_failed, its cause kept here', () => {
  const cause = thrown(() => new DatabaseSync(':memory:').exec('nonsense'));
  const error = toProtocolError(cause);
  expect([error.toBody(), error.cause]).toEqual([storageFailed(undefined).toBody(), cause]);
});

test.each([
  new TypeError('the secret'),
  new LocalError('config_invalid', '/secret/path'),
  'the secret',
  undefined,
  null,
])('anything else is internal and says nothing of the cause: %s', (cause) => {
  const error = toProtocolError(cause);
  expect(error).toBeInstanceOf(ProtocolError);
  expect(error.toBody()).toEqual({ code: 'internal', message: 'a fault of the daemon; its log has the cause' });
  expect(error.cause).toBe(cause);
});

test('a LocalError has its code, its message and its cause', () => {
  const cause = new Error('below');
  const error = new LocalError('socket_in_use', 'the path', cause);
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    'LocalError',
    'socket_in_use',
    'the path',
    cause,
  ]);
  expect('cause' in new LocalError('socket_in_use', 'the path')).toBe(false);
});

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
