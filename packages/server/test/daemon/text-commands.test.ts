import { expect, test } from 'vitest';
import { DaemonStatusSchema } from '@proj/protocol/validators';
import { startDaemon, startWithSession, type TestDaemon } from './start-daemon.ts';

/** What the daemon writes to a client like `nc -N`: it sends, closes its input, and reads to the end. */
async function say(daemon: TestDaemon, bytes: string): Promise<string> {
  const client = await daemon.connect('control');
  client.write(bytes);
  client.endInput();
  await client.closed;
  return client.waiting.map((line) => `${line}\n`).join('');
}

test.each([
  ['PING', 'PONG\n'],
  ['ping', 'PONG\n'],
  ['  Ping\t\r', 'PONG\n'],
  ['PAUSE', 'OK\n'],
  ['resume', 'OK\n'],
  ['Reload', 'OK\n'],
  ['HELP', 'OK STATUS PAUSE RESUME RELOAD NEW_SESSION PING HELP\n'],
  ['NEW_SESSION', 'ERR: no supervised session\n'],
  ['STOP', 'ERR: unknown command\n'],
  ['PINGPONG', 'ERR: unknown command\n'],
  ['PING now', 'ERR: unknown command\n'],
  ['[1]', 'ERR: unknown command\n'],
  ['GET / HTTP/1.1', 'ERR: unknown command\n'],
  ['\u001b[31mred\u0007', 'ERR: unknown command\n'],
  ['x'.repeat(100_000), 'ERR: unknown command\n'],
])('%j is answered %j', async (command, answer) => {
  expect(await say(await startDaemon(), `${command}\n`)).toBe(answer);
});

test('STATUS is one line of JSON, the same that the request gives', async () => {
  const daemon = await startDaemon();
  const line = await say(daemon, 'status\n');
  const { uptime_secs: _, ...status } = DaemonStatusSchema.parse(JSON.parse(line));
  const { uptime_secs: __, ...asked } = await (await daemon.connect('control')).request('daemon.status');
  expect(status).toEqual(asked);
});

test('the daemon closes after the answer, though the client keeps its input open', async () => {
  const client = await (await startDaemon()).connect('control');
  client.send('PING');
  await client.closed;
  expect(client.waiting).toEqual(['PONG']);
});

test('nothing after a text command runs', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const answer = JSON.stringify({ v: 1, id: '1', type: 'ask.answer', payload: { ask_id: ask.ask_id, value: true } });
  expect(await say(daemon, `PING\nPAUSE\n${answer}\n`)).toBe('PONG\n');
  const http = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n${answer}\n`;
  expect(await say(daemon, http)).toBe('ERR: unknown command\n');
  expect((await control.request('daemon.status')).state).toBe('monitoring');
  expect((await control.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
});

test('requests before a text command are answered first', async () => {
  const { daemon } = await startWithSession();
  const out = await say(daemon, '{"v":1,"id":"1","type":"daemon.pause"}\nSTATUS\n');
  const [reply = '', status = '', ...rest] = out.split('\n');
  expect(JSON.parse(reply)).toMatchObject({ id: '1', ok: true });
  expect(JSON.parse(status).state).toBe('paused');
  expect(rest).toEqual(['']);
});

test('text commands run the same code: PAUSE is an event, RELOAD tells a bad file', async () => {
  const { daemon, control } = await startWithSession();
  await control.request('events.subscribe', { types: ['daemon.changed'] });
  await say(daemon, 'PAUSE\n');
  expect((await control.nextEvent())['payload']).toEqual({ change: 'paused', state: 'paused' });
  daemon.configure({ limits: { depth: 'deep' } });
  expect(await say(daemon, 'RELOAD\n')).toMatch(/^ERR: .*limits\.depth.*\n$/);
});

test('on runtime.sock they are malformed lines', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  client.send('STATUS');
  expect((await client.reply(null))['error'].code).toBe('malformed_json');
  expect(await client.request('ping')).toEqual({ at: expect.any(String) });
});

test('blanks before a brace make no text command', async () => {
  const client = await (await startDaemon()).connect('control');
  client.send(' \t{"v":1,"id":"1","type":"ping"}');
  expect((await client.reply('1'))['ok']).toBe(true);
});
