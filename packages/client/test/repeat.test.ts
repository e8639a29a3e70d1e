import { methodTable } from '@proj/protocol';
import { describe, expect, test } from 'vitest';
import { isRead, isRepeatable, isWait, withKey } from '../src/repeat.ts';

const types = [...new Set(methodTable.map(({ type }) => type))];

test('every type of the wire is a read, takes a key, or is named here as what is never repeated', () => {
  const never = types.filter(
    (type) => !isRead(type) && !isRepeatable(type, { key: 'k', event_id: 'k', input_id: 'k', answer_id: 'k' }),
  );
  expect(never).toEqual([
    'session.transition',
    'session.pause',
    'session.resume',
    'session.abort',
    'ask.cancel',
    'daemon.pause',
    'daemon.resume',
    'daemon.reload',
    'daemon.stop',
    'client.disconnect',
    'terminal.attach',
    'terminal.detach',
    'terminal.write',
    'terminal.resize',
    'plugin.load',
  ]);
});

test('waits are what ends when something happens', () => {
  expect(types.filter(isWait)).toEqual(['session.receive', 'ask.wait']);
});

test('a subscription is not repeated as it was: its place has moved', () => {
  expect(isRepeatable('events.subscribe', {})).toBe(false);
});

describe('keys', () => {
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

  test.each([
    ['session.emit', {}, { event_id: uuid }],
    ['session.log', {}, { event_id: uuid }],
    ['session.input', {}, { input_id: uuid }],
    ['ask.answer', {}, { answer_id: uuid }],
    ['ask.open', {}, { key: uuid }],
    ['ask.open', { secret: false }, { secret: false, key: uuid }],
    ['ask.open', { secret: true }, { secret: true }],
    ['session.open', {}, {}],
    ['daemon.stop', {}, {}],
    ['session.emit', { event_id: 'mine' }, { event_id: 'mine' }],
  ])('%s with %j becomes %j', (type, payload, expected) => {
    expect(withKey(type, payload)).toEqual(expected);
  });

  test('make it repeatable', () => {
    expect(isRepeatable('session.open', {})).toBe(false);
    expect(isRepeatable('session.open', { key: 'k' })).toBe(true);
    expect(isRepeatable('ask.open', withKey('ask.open', { secret: true }))).toBe(false);
  });
});
