import { expect, test } from 'vitest';
import { startDaemon, startWithSession } from './start-daemon.ts';

const status = { event_type: 'status_update', message: 'on' };

function linesOf(requests: object[]): string {
  return requests.map((request, i) => `${JSON.stringify({ v: 1, id: `${i}`, ...request })}\n`).join('');
}

test('1,000 requests in one write get 1,000 replies, each once', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const kinds = [
    { type: 'ping' },
    { type: 'session.emit', payload: { session_id: sessionId, event: status } },
    { type: 'session.get', payload: { session_id: sessionId } },
    { type: 'no.such' },
  ];
  runtime.write(linesOf(Array.from({ length: 1_000 }, (_, i) => kinds[i % 4] ?? {})));
  const ids = new Set<string>();
  for (let i = 0; i < 1_000; i++) ids.add(JSON.parse(await runtime.next()).id);
  expect(ids.size).toBe(1_000);
  await runtime.request('ping');
  expect(runtime.waiting).toEqual([]);
  expect((await control.request('daemon.status')).saves_count).toBe(251);
});

test('at the in-flight limit the daemon reads later; it refuses nothing, and order is kept', async () => {
  const { runtime, sessionId } = await startWithSession({ config: { limits: { in_flight: 2 } } });
  const emit = { type: 'session.emit', payload: { session_id: sessionId, event: status } };
  runtime.write(linesOf(Array.from({ length: 100 }, () => emit)));
  for (let i = 0; i < 100; i++) expect((await runtime.reply(`${i}`))['payload']).toEqual({ seq: i + 2 });
});

test('no more than the limit is in flight, however much is there to be read', async () => {
  const { runtime, control, sessionId } = await startWithSession({ config: { limits: { in_flight: 3 } } });
  const payload = { session_id: sessionId, input: { input_type: 'abort' } };
  const input = { type: 'session.input', payload };
  control.write(linesOf([input, input, { type: 'client.list' }, input, input, { type: 'client.list' }]));
  for (const id of ['2', '5']) {
    const { clients } = (await control.reply(id))['payload'];
    expect(clients[1]).toMatchObject({ socket: 'control', in_flight: 3 });
  }
  expect(await runtime.request('ping')).toEqual({ at: expect.any(String) });
});

test('only waits beyond their limit are refused', async () => {
  const { runtime, control, sessionId } = await startWithSession({ config: { limits: { waits: 3 } } });
  const wait = { type: 'session.receive', payload: { session_id: sessionId } };
  runtime.write(linesOf([wait, wait, wait, wait, { type: 'ping' }]));
  expect((await runtime.reply('3'))['error']).toMatchObject({ code: 'too_many_in_flight', details: { limit: 3 } });
  expect((await runtime.reply('4'))['ok']).toBe(true);
  // One that is there already needs no wait.
  const input = { input_type: 'message', text: 'hi' };
  const { seq } = await control.request('session.input', { session_id: sessionId, input });
  for (const id of ['0', '1', '2']) expect((await runtime.reply(id))['payload']).toEqual({ input, seq });
  expect(await runtime.request('session.receive', { session_id: sessionId })).toEqual({ input, seq });
  // Those that have ended make room for as many again.
  const next = { ...wait, payload: { ...wait.payload, after_seq: seq, timeout_ms: 1 } };
  for (let i = 0; i < 3; i++) {
    runtime.write(linesOf([next, next, next]));
    for (const id of ['0', '1', '2']) expect((await runtime.reply(id))['payload']).toEqual({ input: null, seq });
  }
});

test('waits do not stop the daemon from reading', async () => {
  const { runtime, control, sessionId } = await startWithSession({ config: { limits: { in_flight: 1 } } });
  const wait = { type: 'session.receive', payload: { session_id: sessionId } };
  runtime.write(linesOf([wait, wait, { type: 'ping' }]));
  expect((await runtime.reply('2'))['ok']).toBe(true);
  const { clients } = await control.request('client.list');
  expect(clients[0]).toMatchObject({ socket: 'runtime', in_flight: 2 });
});

test('a rate limit slows the reading down and refuses nothing', async () => {
  const daemon = await startDaemon({ config: { limits: { lines_per_second: 100 } } });
  const client = await daemon.connect('runtime');
  const started = performance.now();
  client.write(linesOf(Array.from({ length: 50 }, () => ({ type: 'ping' }))));
  for (let i = 0; i < 50; i++) expect((await client.reply(`${i}`))['ok']).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(350);
});

test('a client that closes its input still gets every reply, then the end', async () => {
  const { daemon, sessionId } = await startWithSession();
  const client = await daemon.connect('runtime');
  const emit = { type: 'session.emit', payload: { session_id: sessionId, event: status } };
  client.write(linesOf(Array.from({ length: 600 }, () => emit)));
  client.endInput();
  await client.closed;
  expect(client.waiting.map((line) => JSON.parse(line).payload.seq)).toEqual(
    Array.from({ length: 600 }, (_, i) => i + 2),
  );
});

test('a client that closes its input gets the reply of its wait', async () => {
  const { daemon, control, sessionId } = await startWithSession();
  const client = await daemon.connect('runtime');
  client.send({ v: 1, id: 'w', type: 'session.receive', payload: { session_id: sessionId } });
  client.endInput();
  await control.request('session.input', { session_id: sessionId, input: { input_type: 'abort' } });
  expect((await client.reply('w'))['payload'].input).toEqual({ input_type: 'abort' });
  await client.closed;
});

test('one stopped and one idle client keep nobody waiting', async () => {
  const daemon = await startDaemon();
  await daemon.connect('runtime');
  const stopped = await daemon.connect('runtime');
  stopped.pause();
  stopped.write(linesOf(Array.from({ length: 2_000 }, () => ({ type: 'ping', payload: { nonce: 'n'.repeat(900) } }))));
  expect(await (await daemon.connect('runtime')).request('ping')).toEqual({ at: expect.any(String) });
  stopped.resume();
  for (let i = 0; i < 2_000; i++) expect((await stopped.reply(`${i}`))['ok']).toBe(true);
});

test('a client that goes in the middle of everything leaves nothing behind', async () => {
  const { daemon, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  for (let i = 0; i < 20; i++) {
    const client = await daemon.connect('runtime');
    const wait = { type: 'session.receive', payload: { session_id: sessionId } };
    const subscribe = { type: 'events.subscribe', payload: { session_id: sessionId } };
    client.write(linesOf([wait, subscribe, { type: 'ping' }, wait]));
    if (i % 2 === 0) await client.reply('2');
    client.close();
    await control.nextEvent();
  }
  expect((await control.request('daemon.status')).clients).toEqual({ runtime: 1, control: 1 });
});
