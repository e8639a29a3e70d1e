import { ClientError } from '@proj/client';
import { errorCodes, ProtocolError } from '@proj/protocol';
import { expect, test } from 'vitest';
import { exitCodeOfError, explainFailure } from '../src/explain-failure.ts';
import { Failure } from '../src/failure.ts';

test.each([
  [new Failure('wrong', { hint: 'do this' }), { message: 'wrong', hint: 'do this', exitCode: 2 }],
  [new ProtocolError('conflict', 'no\x1b'), { message: 'no\\x1b [conflict]', hint: undefined, exitCode: 2 }],
  [
    new ProtocolError('storage_failed', 'no'),
    { message: 'no [storage_failed]', hint: "the daemon's log has the cause", exitCode: 70 },
  ],
  [new ProtocolError('shutting_down', 'no'), { message: 'no [shutting_down]', hint: undefined, exitCode: 69 }],
  [new ClientError('not_running', 'no daemon at /x'), { message: 'no daemon at /x', exitCode: 69 }],
  [new ClientError('connection_lost', 'gone'), { message: 'gone', exitCode: 69 }],
  [new ClientError('directory_unsafe', 'not ours'), { message: 'not ours', exitCode: 73 }],
  [new ClientError('protocol_violation', 'what?'), { message: 'what?', exitCode: 70 }],
  [new TypeError('oh'), { message: 'this is a fault of proj: oh', exitCode: 70 }],
  ['oh', { message: 'this is a fault of proj: something that is not an error was thrown', exitCode: 70 }],
])('%s', (error, explanation) => {
  expect(explainFailure(error)).toEqual(explanation);
});

test('S2: no error reads as an answer', () => {
  const codes = Object.keys(errorCodes).map((code) => exitCodeOfError(JSON.parse(`"${code}"`)));
  expect(new Set(codes)).toEqual(new Set([2, 69, 70]));
});
