import { methodTable, type Socket as Door } from '@proj/protocol';
import { expect, test } from 'vitest';
import type { RawClient } from './raw-client.ts';
import { startWithSession } from './start-daemon.ts';

const doors: readonly Door[] = ['runtime', 'control'];
const versions = [1, 0, 2, -1, 1.5, '1', true, null, [1], undefined];

/** A request, and the ways to wrap it so that somebody might take it for one of the other door. */
const nestings: Readonly<Record<string, (request: object) => string>> = {
  'as it is': (request) => JSON.stringify(request),
  'its type twice, the forbidden one last': (request) => JSON.stringify(request).replace('{', '{"type":"ping",'),
  'its type twice, the forbidden one first': (request) => JSON.stringify(request).replace(/}$/, ',"type":"ping"}'),
  'in a list': (request) => JSON.stringify([request]),
  'in a list of two': (request) => JSON.stringify([{ ...request, type: 'ping', payload: {} }, request]),
  'as a string': (request) => JSON.stringify(JSON.stringify(request)),
  'in the payload of itself': (request) => JSON.stringify({ ...request, payload: request }),
  'in the payload of a ping': (request) => JSON.stringify({ ...request, type: 'ping', payload: request }),
  'in the nonce of a ping': (request) => JSON.stringify({ ...request, type: 'ping', payload: { nonce: [request] } }),
  'beside a ping': (request) => JSON.stringify({ v: 1, id: 'm', type: 'ping', payload: {}, request }),
  'with a door of its own': (request) => JSON.stringify({ ...request, socket: 'control', channel: 'control' }),
  'after a byte order mark': (request) => `\ufeff${JSON.stringify(request)}`,
  'behind a carriage return': (request) => `{"v":1,"id":"m","type":"p"}\r${JSON.stringify(request)}`,
};

/** Names that are none, and must not become one on the way. */
const disguises: readonly ((type: string) => string)[] = [
  (type) => type.toUpperCase(),
  (type) => ` ${type}`,
  (type) => `${type} `,
  (type) => `${type}\0`,
  (type) => `control.${type}`,
  (type) => type.replace('.', '/'),
  (type) => type.replace('.', '\uff0e'),
  (type) => type.replace('s', '\u017f'),
];

function forbiddenOn(door: Door): string[] {
  const types = [...new Set(methodTable.map(({ type }) => type))];
  return types.filter((type) => !methodTable.some((row) => row.type === type && row.sockets.includes(door)));
}

async function stage(door: Door) {
  const { daemon, runtime, control, sessionId } = await startWithSession({ config: { limits: { in_flight: 4096 } } });
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const client = await daemon.connect(door);
  // Whoever it says it is.
  await client.request('hello', { client: 'operator/1', channel_id: 'control:operator' });
  const watcher = await daemon.connect('control');
  const state = async (): Promise<object> => {
    const { uptime_secs: _uptime, clients: _clients, ...status } = await watcher.request('daemon.status');
    return [status, await watcher.request('session.list'), await watcher.request('ask.list')];
  };
  // What it holds would be right on the other door.
  const payload = { ask_id: ask.ask_id, session_id: sessionId, value: true, state: 'aborted', client_id: 'cli_x' };
  return { daemon, client, control, state, payload };
}

async function answerTo(client: RawClient, line: string): Promise<{ ok: boolean; code: string | undefined }> {
  client.send(line);
  const { ok, error } = JSON.parse(await client.next());
  return { ok, code: error?.code };
}

test.each(doors)('on %s.sock every type of the other door is forbidden, in every version', async (door) => {
  const { client, state, payload } = await stage(door);
  const before = await state();
  for (const type of forbiddenOn(door)) {
    for (const v of versions) {
      const { code } = await answerTo(client, JSON.stringify({ v, id: 'm', type, payload }));
      const expected = v === 1 ? 'forbidden' : Number.isInteger(v) ? 'unsupported_version' : 'invalid_envelope';
      expect([type, v, code]).toEqual([type, v, expected]);
    }
  }
  expect(await state()).toEqual(before);
});

test.each(doors)('on %s.sock no wrapping makes a forbidden type a request', async (door) => {
  const { client, state, payload } = await stage(door);
  const before = await state();
  for (const type of forbiddenOn(door)) {
    for (const [nesting, wrap] of Object.entries(nestings)) {
      const line = wrap({ v: 1, id: 'm', type, payload });
      // There it would be a text command, which the connection does not outlive.
      if (door === 'control' && !line.startsWith('{')) continue;
      const { ok } = await answerTo(client, line);
      expect([type, nesting, ok]).toEqual([type, nesting, false]);
    }
    for (const disguised of disguises.map((disguise) => disguise(type)).filter((name) => name !== type)) {
      const { code } = await answerTo(client, JSON.stringify({ v: 1, id: 'm', type: disguised, payload }));
      expect([disguised, code]).toEqual([disguised, expect.stringMatching(/^(unsupported_type|invalid_)/)]);
    }
  }
  expect(await state()).toEqual(before);
});

test('text commands are words of control.sock alone', async () => {
  const { client, state } = await stage('runtime');
  const before = await state();
  for (const word of ['STATUS', 'PAUSE', 'RESUME', 'RELOAD', 'NEW_SESSION', 'PING', 'HELP', 'pause'])
    expect([word, (await answerTo(client, word)).code]).toEqual([word, 'malformed_json']);
  expect(await state()).toEqual(before);
});

test('the matrix is whole: each type is forbidden on one door, or allowed on both', () => {
  expect(forbiddenOn('runtime')).toContain('ask.answer');
  expect(forbiddenOn('control')).toEqual([
    'session.open',
    'session.emit',
    'session.log',
    'session.transition',
    'session.receive',
    'ask.open',
    'ask.wait',
    'ask.cancel',
  ]);
});
