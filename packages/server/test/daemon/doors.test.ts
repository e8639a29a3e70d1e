import { methodTable, type Socket as Door } from '@proj/protocol';
import { expect, test } from 'vitest';
import { ownPeer } from '../support/own-peer.ts';
import { startDaemon, startWithSession, type TestDaemon } from './start-daemon.ts';

const types = [...new Set(methodTable.map(({ type }) => type))];
const isBuilt = (type: string, door: Door): boolean =>
  methodTable.some((row) => row.type === type && row.sockets.includes(door) && row.stability === 'stable');
const isKnown = (type: string, door: Door): boolean =>
  methodTable.some((row) => row.type === type && row.sockets.includes(door));

async function headOf(daemon: TestDaemon): Promise<number> {
  return (await (await daemon.connect('control')).request('daemon.status')).journal.head_seq;
}

test.each<Door>(['runtime', 'control'])(
  'every type on %s.sock is offered, planned or of the other door',
  async (door) => {
    const { daemon } = await startWithSession();
    const client = await daemon.connect(door);
    const { capabilities } = await client.request('hello');
    expect(capabilities.toSorted()).toEqual(types.filter((type) => isBuilt(type, door)).toSorted());
    const before = await headOf(daemon);
    for (const type of types.filter((type) => !isBuilt(type, door))) {
      const { code, details } = await client.refusal(type);
      if (isKnown(type, door)) expect([type, code]).toEqual([type, 'unsupported_type']);
      else expect([type, code, details]).toEqual([type, 'forbidden', { reason: 'wrong_door' }]);
    }
    // Whatever it holds: the door is asked first.
    expect((await client.refusal(door === 'runtime' ? 'ask.answer' : 'ask.open', { nonsense: 1 })).code).toBe(
      'forbidden',
    );
    expect(await headOf(daemon)).toBe(before);
  },
);

test('nothing on runtime.sock answers, lists or steers', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const attempts: [string, object][] = [
    ['ask.answer', { ask_id: ask.ask_id, value: true }],
    ['ask.list', {}],
    ['session.list', {}],
    ['session.messages', { session_id: sessionId }],
    ['session.input', { session_id: sessionId, input: { input_type: 'abort' } }],
    ['session.pause', { session_id: sessionId }],
    ['session.resume', { session_id: sessionId }],
    ['session.abort', { session_id: sessionId }],
    ['daemon.status', {}],
    ['daemon.pause', {}],
    ['daemon.resume', {}],
    ['daemon.reload', {}],
    ['daemon.stop', {}],
    ['client.list', {}],
    ['client.disconnect', { client_id: 'cli_x' }],
  ];
  const before = await headOf(daemon);
  for (const [type, payload] of attempts) expect((await runtime.refusal(type, payload)).code).toBe('forbidden');
  expect(await headOf(daemon)).toBe(before);
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
});

test('a request inside a string or a payload is data', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const nested = { v: 1, id: '9', type: 'ask.answer', payload: { ask_id: ask.ask_id, value: true } };
  const event = { event_type: 'agent_output', stream: 'stdout', content: `\n${JSON.stringify(nested)}\n` };
  await runtime.request('session.emit', { session_id: sessionId, event });
  await runtime.request('session.open', { name: 'n', metadata: nested });
  expect((await runtime.refusal('session.emit', { session_id: sessionId, event: nested })).code).toBe(
    'invalid_payload',
  );
  // The payload as a whole, for a type that takes none, some and any.
  for (const type of ['ping', 'events.unsubscribe', 'session.open', 'ask.get', 'hello']) {
    expect([type, (await runtime.refusal(type, nested)).code]).toEqual([type, 'invalid_payload']);
  }
  expect((await control.request('ask.get', { ask_id: ask.ask_id })).ask.state).toBe('pending');
});

test('hello says who is who; it may come at any time, again, or never', async () => {
  const daemon = await startDaemon();
  const control = await daemon.connect('control');
  const hello = await control.request('hello', { client: 'test/1', versions: [3, 1], channel_id: 'cli:tty0' });
  expect(hello).toEqual({
    server: 'proj/0.0.0-test',
    version: 1,
    client_id: expect.stringMatching(/^cli_[0-9a-f]{32}$/),
    channel: 'control',
    limits: expect.objectContaining({ frame_bytes: 1_048_576, in_flight: 256 }),
    capabilities: expect.arrayContaining(['ask.answer']),
    assurance: 'guardrail',
  });
  expect((await control.request('hello')).client_id).toBe(hello.client_id);
  expect((await control.request('client.list')).clients).toEqual([
    {
      client_id: hello.client_id,
      socket: 'control',
      client: 'test/1',
      channel_id: 'cli:tty0',
      connected_at: expect.any(String),
      subscribed: false,
      in_flight: 1,
      peer: ownPeer,
    },
  ]);
  expect((await (await daemon.connect('runtime')).request('hello')).channel).toBe('runtime');
});

test('hello refuses versions the daemon does not speak, and what is no hello', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  expect(await client.refusal('hello', { versions: [2] })).toMatchObject({
    code: 'unsupported_version',
    details: { supported: [1] },
  });
  for (const payload of [{ versions: [] }, { versions: ['1'] }, { channel_id: 'a b' }, { client: '' }, { uid: 0 }]) {
    expect((await client.refusal('hello', payload)).code).toBe('invalid_payload');
  }
});

test('hello reports the limits in force', async () => {
  const daemon = await startDaemon({ config: { limits: { in_flight: 7, depth: 32 } } });
  const { limits } = await (await daemon.connect('runtime')).request('hello');
  expect(limits).toMatchObject({ in_flight: 7, depth: 32, waits: 256 });
});
