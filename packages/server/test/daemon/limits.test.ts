import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { defaultLimits } from '@proj/protocol';
import { spawnDaemon } from './daemon-process.ts';
import { startDaemon, startWithSession, temporaryDirectory } from './start-daemon.ts';

const FRAME = 1_048_576;

function pingOf(bytes: number): string {
  const empty = '{"v":1,"id":"1","type":"ping","payload":{}}';
  return empty.replace('{}', `{${' '.repeat(bytes - empty.length)}}`);
}

test('a frame may have 1 MiB without its line end, LF or CRLF', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  for (const end of ['\n', '\r\n']) {
    client.write(pingOf(FRAME) + end);
    expect((await client.reply('1'))['ok']).toBe(true);
  }
});

test.each(['\n', '\r\n', ''])('one byte more, ended by %j, is frame_too_large and closes', async (end) => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  client.write(`{"v":1,"id":"before","type":"ping"}\n${pingOf(FRAME + 1 + (end === '' ? 1 : 0))}${end}`);
  expect((await client.reply('before'))['ok']).toBe(true);
  expect(JSON.parse(await client.next())).toEqual({
    v: 1,
    id: null,
    ok: false,
    error: { code: 'frame_too_large', message: expect.stringContaining(`${FRAME}`), details: { limit: FRAME } },
  });
  await client.closed;
});

test('a client that goes on writing a too large frame is not cut off before it can read why', async () => {
  const { paths } = await startDaemon();
  const socket = connect(paths.runtimeSocket);
  socket.write('x'.repeat(16 * FRAME));
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  expect(JSON.parse(String(Buffer.concat(chunks))).error.code).toBe('frame_too_large');
});

test('nothing after a too large frame is run', async () => {
  const daemon = await startDaemon({ config: { limits: { frame_bytes: 4_096 } } });
  const client = await daemon.connect('runtime');
  client.write(`${pingOf(5_000)}\n{"v":1,"id":"2","type":"session.open","payload":{"name":"n"}}\n`);
  await client.reply(null);
  await client.closed;
  expect(client.waiting).toEqual([]);
  const control = await daemon.connect('control');
  expect((await control.request('daemon.status')).sessions.total).toBe(0);
});

test('64 levels are fine, 65 are too_deep with the id, brackets in strings are no levels', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  // The envelope and the payload are two of them, `metadata` the third.
  const open = (levels: number): string =>
    `{"v":1,"id":"d","type":"session.open","payload":{"name":"[[[[","metadata":{"a":${'['.repeat(levels - 3)}${']'.repeat(levels - 3)}}}}`;
  client.send(open(64));
  expect((await client.reply('d'))['ok']).toBe(true);
  client.send(open(65));
  expect((await client.reply('d'))['error']).toMatchObject({ code: 'too_deep', details: { limit: 64 } });
  client.send('['.repeat(500_000));
  expect((await client.reply(null))['error'].code).toBe('too_deep');
  expect(await client.request('ping')).toEqual({ at: expect.any(String) });
});

test('metadata may have 8 KiB as it would leave', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  const metadata = (characters: number) => ({ a: 'x'.repeat(characters - '{"a":""}'.length) });
  await client.request('session.open', { name: 'n', metadata: metadata(8_192) });
  const error = await client.refusal('session.open', { name: 'n', metadata: metadata(8_193) });
  expect(error).toMatchObject({ code: 'invalid_payload', details: { issues: [{ path: '/metadata' }] } });
  const escaped = await client.refusal('session.open', { name: 'n', metadata: { a: '\u00e9'.repeat(1_400) } });
  expect(escaped.code).toBe('invalid_payload');
});

test('an ask may have 64 KiB', async () => {
  const { runtime, sessionId } = await startWithSession();
  const ask = (characters: number) => ({ session_id: sessionId, kind: 'approval', message: 'x'.repeat(characters) });
  await runtime.request('ask.open', ask(64_000));
  expect((await runtime.refusal('ask.open', ask(65_536))).code).toBe('invalid_payload');
  expect((await runtime.refusal('ask.open', ask(1_000_000))).code).toBe('invalid_payload');
});

test('what would leave above the frame limit once escaped is refused, and nothing of it stays', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const before = await control.request('daemon.status');
  const content = '\u00e9'.repeat(300_000);
  const error = await runtime.refusal('session.log', {
    session_id: sessionId,
    sender: 'agent',
    content,
    event_id: 'e',
  });
  expect(error.code).toBe('invalid_payload');
  const after = await control.request('daemon.status');
  expect(after.journal.head_seq).toBe(before.journal.head_seq);
  await runtime.request('session.log', { session_id: sessionId, sender: 'agent', content: 'short', event_id: 'e' });
});

test('10 pending asks a session and 1,000 in all; a settled one makes room', async () => {
  const { runtime, control, sessionId } = await startWithSession({ config: { limits: { pending_asks: 11 } } });
  const ask = { kind: 'approval', message: '?' };
  const ids: string[] = [];
  for (let i = 0; i < 10; i++)
    ids.push((await runtime.request('ask.open', { ...ask, session_id: sessionId })).ask.ask_id);
  const refused = await runtime.refusal('ask.open', { ...ask, session_id: sessionId });
  expect(refused).toMatchObject({ code: 'too_many_asks', details: { limit: 10 } });
  const { session: other } = await runtime.request('session.open', { name: 'other' });
  await runtime.request('ask.open', { ...ask, session_id: other.session_id });
  const inAll = await runtime.refusal('ask.open', { ...ask, session_id: other.session_id });
  expect(inAll).toMatchObject({ code: 'too_many_asks', details: { limit: 11 } });
  await control.request('ask.answer', { ask_id: ids[0], value: true });
  await runtime.request('ask.open', { ...ask, session_id: sessionId });
});

test('too many live sessions are refused until one ends', async () => {
  const daemon = await startDaemon({ config: { limits: { live_sessions: 2 } } });
  const client = await daemon.connect('runtime');
  const { session } = await client.request('session.open', { name: 'a', key: 'a' });
  await client.request('session.open', { name: 'b' });
  expect(await client.refusal('session.open', { name: 'c' })).toMatchObject({
    code: 'too_many_sessions',
    details: { limit: 2 },
  });
  expect((await client.request('session.open', { name: 'a', key: 'a' })).created).toBe(false);
  await client.request('session.transition', { session_id: session.session_id, state: 'completed' });
  expect((await client.request('session.open', { name: 'c' })).created).toBe(true);
});

test('a client above the cap gets one line and is closed; the other door still takes clients', async () => {
  const daemon = await startDaemon({ config: { limits: { clients: 2 } } });
  const [first] = [await daemon.connect('runtime'), await daemon.connect('runtime')];
  await first.request('ping');
  const third = await daemon.connect('runtime');
  expect(JSON.parse(await third.next())).toEqual({
    v: 1,
    id: null,
    ok: false,
    error: { code: 'too_many_clients', message: expect.stringContaining('2'), details: { limit: 2 } },
  });
  await third.closed;
  const control = await daemon.connect('control');
  expect((await control.request('daemon.status')).clients).toEqual({ runtime: 2, control: 1 });
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  first.close();
  await control.nextEvent();
  expect(await (await daemon.connect('runtime')).request('ping')).toEqual({ at: expect.any(String) });
});

test('where open files run out clients are told so, operators still get in, and writes go on', async () => {
  const daemon = await spawnDaemon(temporaryDirectory(), { openFiles: 100 });
  const [first, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  const { session } = await first.request('session.open', { name: 'n' });
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  const others = await Promise.all(Array.from({ length: 200 }, () => daemon.connect('runtime')));
  const told = (): number => others.filter(({ waiting }) => waiting[0]?.includes('too_many_clients')).length;
  const served = async (): Promise<number> => (await control.request('daemon.status')).clients.runtime - 1;
  // Nobody is closed without a word.
  await expect.poll(async () => told() + (await served())).toBe(200);
  const turnedAway = told();
  expect(turnedAway).toBeGreaterThan(100);
  const event = { event_type: 'status_update', message: 'm' };
  expect(await first.request('session.emit', { session_id: session.session_id, event })).toEqual({ seq: 2 });
  const late = await daemon.connect('control');
  expect((await late.request('daemon.status')).clients.control).toBe(2);
  for (const client of others) client.close();
  for (let i = 0; i < 200 - turnedAway; i++) await control.nextEvent();
  expect(await (await daemon.connect('runtime')).request('ping')).toEqual({ at: expect.any(String) });
});

test('the defaults are those of the contract', () => {
  expect(defaultLimits).toMatchObject({
    frame_bytes: 1_048_576,
    ask_bytes: 65_536,
    metadata_bytes: 8_192,
    depth: 64,
    clients: 1_024,
    in_flight: 256,
    waits: 256,
    asks_per_session: 10,
    pending_asks: 1_000,
    live_sessions: 10_000,
    first_line_timeout_ms: 5_000,
    line_timeout_ms: 5_000,
  });
});
