import { expect, test } from 'vitest';
import { ProtocolError } from '../src/index.ts';

test('the body is code, message and details', () => {
  const error = new ProtocolError('conflict', 'no way back', { details: { from: 'completed', to: 'active' } });
  const body = { code: 'conflict', message: 'no way back', details: { from: 'completed', to: 'active' } };
  expect(error.toBody()).toEqual(body);
  expect(Object.keys(new ProtocolError('internal', 'm').toBody())).toEqual(['code', 'message']);
});

test('the cause stays here', () => {
  const cause = new Error('disk on fire');
  const error = new ProtocolError('internal', 'a fault of the daemon', { cause });
  expect(error.cause).toBe(cause);
  expect(error.toBody()).toEqual({ code: 'internal', message: 'a fault of the daemon' });
  expect('cause' in new ProtocolError('internal', 'm')).toBe(false);
});

test('a body makes the same error again', () => {
  const body = { code: 'cursor_expired', message: 'too old', details: { oldest_seq: 0, unknown: [1] } } as const;
  const error = ProtocolError.fromBody({ ...body, details: { ...body.details } });
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('ProtocolError');
  expect(error.toBody()).toEqual(body);
  expect(ProtocolError.fromBody({ code: 'paused', message: 'm' }).toBody()).toEqual({ code: 'paused', message: 'm' });
});

test('an invalid payload says its first fault in the message', () => {
  const issues = [
    { path: '/name', message: 'must be string' },
    { path: '', message: 'has an unknown field' },
  ];
  const body = { code: 'invalid_payload', message: '/name: must be string', details: { issues } };
  expect(ProtocolError.invalidPayload(issues).toBody()).toEqual(body);
  expect(ProtocolError.invalidPayload(issues.slice(1)).message).toBe('the payload: has an unknown field');
  expect(ProtocolError.invalidPayload([]).message).toBe('the payload: does not fit');
});
