import { expect, test } from 'vitest';
import { errorCodes, journaledTypes, methodTable, pushTypes } from '../src/index.ts';
import { requestValidators } from '../src/validators.ts';

test('the error codes are these', () => {
  expect(Object.keys(errorCodes)).toEqual([
    'malformed_json',
    'invalid_envelope',
    'unsupported_version',
    'unsupported_type',
    'invalid_payload',
    'frame_too_large',
    'too_deep',
    'forbidden',
    'not_found',
    'conflict',
    'invalid_answer',
    'too_many_clients',
    'too_many_in_flight',
    'too_many_asks',
    'too_many_sessions',
    'cursor_expired',
    'slow_consumer',
    'timeout',
    'paused',
    'shutting_down',
    'storage_failed',
    'not_configured',
    'internal',
  ]);
  for (const meaning of Object.values(errorCodes)) expect(meaning).toMatch(/\.$/);
});

const runtime = [
  'hello',
  'ping',
  'session.open',
  'session.get',
  'session.emit',
  'session.log',
  'session.transition',
  'session.receive',
  'ask.open',
  'ask.get',
  'ask.wait',
  'ask.cancel',
  'events.subscribe',
  'events.unsubscribe',
];

const control = [
  'hello',
  'ping',
  'session.get',
  'session.list',
  'session.messages',
  'session.spawn',
  'session.pause',
  'session.resume',
  'session.abort',
  'session.input',
  'ask.get',
  'ask.list',
  'ask.answer',
  'events.subscribe',
  'events.unsubscribe',
  'daemon.status',
  'daemon.pause',
  'daemon.resume',
  'daemon.reload',
  'daemon.stop',
  'client.list',
  'client.disconnect',
  'terminal.attach',
  'terminal.detach',
  'terminal.snapshot',
  'terminal.write',
  'terminal.resize',
  'plugin.list',
  'plugin.load',
];

test.each([
  ['runtime', runtime],
  ['control', control],
] as const)('the types of %s.sock are these', (socket, types) => {
  const rows = methodTable.filter(({ sockets }) => sockets.includes(socket));
  expect(rows.map(({ type }) => type)).toEqual(types);
  expect(Object.keys(requestValidators[socket])).toEqual(types);
});

test('these are planned', () => {
  const planned = methodTable.filter(({ stability }) => stability === 'planned');
  expect(planned.map(({ type }) => type)).toEqual([
    'session.spawn',
    'terminal.attach',
    'terminal.detach',
    'terminal.snapshot',
    'terminal.write',
    'terminal.resize',
    'plugin.list',
    'plugin.load',
  ]);
});

test('the events of the journal and the pushes are these', () => {
  expect(journaledTypes).toEqual([
    'session.opened',
    'session.changed',
    'session.event',
    'session.logged',
    'session.input',
    'ask.opened',
    'ask.settled',
    'terminal.resized',
    'terminal.exited',
    'daemon.changed',
  ]);
  expect(pushTypes).toEqual([
    'feed.progress',
    'client.connected',
    'client.disconnected',
    'terminal.output',
    'terminal.screen',
    'terminal.closed',
  ]);
});
