import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendIpcRequest } from '@proj/client';
import { methodTable } from '@proj/protocol';
import { describe, expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

/** A request line of exactly so many bytes. */
function pingOf(bytes: number): string {
  const head = '{"v":1,"id":"7","type":"session.log","payload":{"session_id":"s","sender":"agent","content":"';
  return `${head}${'x'.repeat(bytes - head.length - 3)}"}}`;
}

async function codeOf(wire: Wire, line: string): Promise<string> {
  const before = wire.lines.length;
  wire.write(`${line}\n`);
  while (wire.lines.length === before) await wire.nextLine();
  const reply = JSON.parse(wire.lines[before] ?? '');
  return reply.ok ? 'ok' : reply.error.code;
}

test('O-2: one line in, one reply, each with its id, also when they are torn and joined', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wire = await scene.connect(daemon.control);
  const lines = Array.from({ length: 50 }, (_none, at) => `{"v":1,"id":"n${at}","type":"ping"}\r\n\n`).join('');
  for (const char of lines.slice(0, 200)) wire.write(char);
  wire.write(lines.slice(200));
  const replies = await Promise.all(Array.from({ length: 50 }, (_none, at) => wire.reply(`n${at}`)));
  expect(replies.map(({ ok }) => ok)).toEqual(replies.map(() => true));
  expect(wire.lines).toHaveLength(50);
});

test('O-3: another version is refused, naming those there are (S-25)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wire = await scene.connect(daemon.runtime);
  wire.write('{"v":2,"id":"1","type":"ping"}\n');
  const refused = { code: 'unsupported_version', details: { supported: [1] } };
  expect(await wire.reply('1')).toMatchObject({ ok: false, error: refused });
  expect(await wire.exchange('hello', { versions: [7, 8] })).toMatchObject({ ok: false, error: refused });
  expect(await wire.exchange('hello', { versions: [1, 7] })).toMatchObject({ ok: true });
});

test('O-4: each type answers on its door; on the other it is forbidden (S-9)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const doors = { runtime: await scene.connect(daemon.runtime), control: await scene.connect(daemon.control) };
  const offered = {
    runtime: (await doors.runtime.request('hello', {})).capabilities,
    control: (await doors.control.request('hello', {})).capabilities,
  };
  for (const [door, wire] of Object.entries(doors) as ['runtime' | 'control', Wire][]) {
    for (const { type } of methodTable) {
      const sockets = methodTable.filter((row) => row.type === type).flatMap((row) => row.sockets);
      // A payload that fits nothing, so that nothing happens where the type is offered.
      const reply = await wire.exchange(type, { no_such_field: 1 });
      const code = reply.ok ? 'ok' : reply.error.code;
      const isBuilt = offered[door].includes(type);
      const expected = !sockets.includes(door) ? 'forbidden' : isBuilt ? 'invalid_payload' : 'unsupported_type';
      expect([door, type, code]).toEqual([door, type, expected]);
    }
    expect(await wire.exchange('no.such')).toMatchObject({ error: { code: 'unsupported_type' } });
  }
});

describe('bad lines', () => {
  test('O-5: a bad line has its code and leaves the connection open (S-16)', async ({ scene }) => {
    const daemon = await scene.daemon();
    const wire = await scene.connect(daemon.runtime);
    const deep = `{"v":1,"id":"1","type":"ping","payload":{"nonce":${'['.repeat(70)}${']'.repeat(70)}}}`;
    const lines: [string, string][] = [
      ['{"v":1,', 'malformed_json'],
      ['[]', 'invalid_envelope'],
      ['{"v":1,"id":7,"type":"ping"}', 'invalid_envelope'],
      ['{"v":1,"id":"1","id":"2","type":"ping"}', 'invalid_envelope'],
      ['{"v":1,"id":"1","type":"ping","payload":{"nonce":7}}', 'invalid_payload'],
      ['{"v":1,"id":"1","type":"ping","payload":{"__proto__":{}}}', 'invalid_payload'],
      ['{"v":1,"id":"1","type":"ping","payload":{"nonce":"\\ud800"}}', 'invalid_payload'],
      [deep, 'too_deep'],
      ['{"v":1,"id":"1","type":"session.get","payload":{"session_id":"nobody"}}', 'not_found'],
    ];
    for (const [line, code] of lines) expect([line, await codeOf(wire, line)]).toEqual([line, code]);
    expect(await codeOf(wire, '{"v":1,"id":"1","type":"ping"}')).toBe('ok');
  });

  test('S-16: a thousand mutated lines never end the daemon', async ({ scene }) => {
    const daemon = await scene.daemon();
    const good = '{"v":1,"id":"1","type":"session.open","payload":{"name":"mutant"}}';
    const wire = await scene.connect(daemon.runtime);
    for (let at = 0; at < 1_000; at += 1) {
      const where = (at * 31) % good.length;
      const byte = String.fromCharCode(33 + ((at * 17) % 90));
      wire.write(`${good.slice(0, where)}${byte}${good.slice(where + (at % 3))}\n`);
    }
    wire.write('{"v":1,"id":"last","type":"ping"}\n');
    expect(await wire.reply('last')).toMatchObject({ ok: true });
    expect(wire.lines).toHaveLength(1_001);
    expect(daemon.program.stderr).not.toContain('"level":"error"');
  });

  test('S-15: a frame at the limit passes, one byte more closes (S-20)', async ({ scene }) => {
    const daemon = await scene.daemon();
    const wire = await scene.connect(daemon.runtime);
    const { frame_bytes: limit } = (await wire.request('hello', {})).limits;
    expect(await codeOf(wire, pingOf(4_096))).toBe('not_found');
    expect(await codeOf(wire, pingOf(limit))).toBe('not_found');
    expect(await codeOf(wire, pingOf(limit + 1))).toBe('frame_too_large');
    await wire.closed;
  });
});

test('S-15: a large message is kept whole', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { wire, sessionId } = await openSession(scene, daemon);
  const content = 'a\u00e9\u{1F600}"\\'.repeat(20_000);
  const payload = { session_id: sessionId, event: { event_type: 'agent_output', stream: 'stdout', content } };
  await wire.request('events.subscribe', { session_id: sessionId });
  await wire.request('session.emit', payload);
  expect((await wire.event('session.event')).payload).toEqual(payload.event);
  expect(wire.lines.filter((line) => !/^[\x20-\x7e]*$/.test(line))).toEqual([]);
});

test('S-20: the caps are configured, reported by hello, and say so when reached', async ({ scene }) => {
  const config = join(scene.folder, 'caps.yaml');
  writeFileSync(config, 'limits:\n  clients: 3\n  asks_per_session: 2\n  live_sessions: 2\n  waits: 1\n');
  const daemon = await scene.daemon({ args: ['--config', config] });
  const { wire, sessionId } = await openSession(scene, daemon);
  const { limits } = await wire.request('hello', {});
  expect(limits).toMatchObject({ clients: 3, asks_per_session: 2, live_sessions: 2, waits: 1, frame_bytes: 1_048_576 });
  const question = { session_id: sessionId, kind: 'approval', message: '?' };
  const { ask } = await wire.request('ask.open', question);
  await wire.request('ask.open', question);
  expect(await wire.exchange('ask.open', question)).toMatchObject({ error: { code: 'too_many_asks' } });
  await wire.request('session.open', { name: 'second' });
  expect(await wire.exchange('session.open', { name: '3' })).toMatchObject({ error: { code: 'too_many_sessions' } });
  wire.send('ask.wait', { ask_id: ask.ask_id });
  expect(await wire.exchange('ask.wait', { ask_id: ask.ask_id })).toMatchObject({
    error: { code: 'too_many_in_flight' },
  });
  await scene.connect(daemon.runtime);
  const last = await scene.connect(daemon.runtime);
  await last.request('ping', {});
  const over = await scene.connect(daemon.runtime);
  await over.closed;
  expect(over.lines.map((line) => JSON.parse(line))).toMatchObject([{ id: null, error: { code: 'too_many_clients' } }]);
});

test('S-17: a client that asks and never reads costs little, and nobody else waits', async ({ scene }) => {
  const daemon = await scene.daemon();
  const hog = await scene.connect(daemon.control);
  await hog.request('ping', {});
  hog.socket.pause();
  const asked = `{"v":1,"id":"x","type":"daemon.status"}\n`.repeat(2_000);
  for (let at = 0; at < 20; at += 1) hog.write(asked);
  const other = await scene.connect(daemon.control);
  for (let at = 0; at < 50; at += 1) await other.request('ping', {});
  const [row] = (await other.request('client.list', {})).clients;
  expect(row?.in_flight).toBeLessThanOrEqual(256);
});

test('O-9: sendIpcRequest writes one line and gives the parsed reply, or says who is not there', async ({ scene }) => {
  const daemon = await scene.daemon();
  const good = await sendIpcRequest(daemon.control, { type: 'ping', payload: { nonce: 'n' } });
  expect(good).toEqual({ v: 1, id: '1', ok: true, payload: { nonce: 'n', at: expect.any(String) } });
  const bad = await sendIpcRequest(daemon.runtime, { id: '9', type: 'daemon.status' });
  expect(bad).toMatchObject({ id: '9', ok: false, error: { code: 'forbidden' } });
  const { ask } = await openAsk(scene, daemon);
  const waiting = { type: 'ask.wait', payload: { ask_id: ask.ask_id } };
  await expect(sendIpcRequest(daemon.runtime, waiting, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  await expect(sendIpcRequest(join(daemon.dir, 'no.sock'), { type: 'ping' })).rejects.toMatchObject({
    code: 'not_running',
  });
});

async function openSession(scene: Scene, { runtime }: Daemon): Promise<{ wire: Wire; sessionId: string }> {
  const wire = await scene.connect(runtime);
  const { session } = await wire.request('session.open', { name: 'lines' });
  return { wire, sessionId: session.session_id };
}

async function openAsk(scene: Scene, daemon: Daemon) {
  const { wire, sessionId } = await openSession(scene, daemon);
  return wire.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
}
