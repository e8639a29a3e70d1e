import { once } from 'node:events';
import { lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { spawnDaemon } from './daemon-process.ts';
import { pathsIn } from './paths-in.ts';
import { connectUnix } from './raw-client.ts';
import { afterTest, startDaemon, startWithSession, temporaryDirectory } from './start-daemon.ts';

test('SIGTERM under load: within 5 s with stopped readers, exit 0, and what was acknowledged is there', async () => {
  const dir = temporaryDirectory();
  const daemon = await spawnDaemon(dir);
  const runtime = await daemon.connect('runtime');
  const { session } = await runtime.request('session.open', { name: 'n' });
  const content = 'x'.repeat(50_000);
  for (let i = 0; i < 10; i++) {
    const stopped = await daemon.connect('control');
    await stopped.request('events.subscribe', { after_seq: 0 });
    stopped.pause();
  }
  for (let i = 0; i < 100; i++) (await daemon.connect('control')).send({ v: 1, id: '1', type: 'ping' });
  const log = { session_id: session.session_id, sender: 'a', content };
  for (let i = 0; i < 200; i++) runtime.send({ v: 1, id: `l${i}`, type: 'session.log', payload: log });
  await runtime.reply('l20');
  const began = performance.now();
  expect(await daemon.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(5_000);
  await runtime.closed;
  const replies = runtime.waiting.map((line) => JSON.parse(line));
  expect(replies.pop()).toMatchObject({ id: null, error: { code: 'shutting_down' } });
  const acked: number[] = replies.filter(({ ok }) => ok).map(({ payload }) => payload.seq);
  for (const { ok, error } of replies) if (!ok) expect(error.code).toBe('shutting_down');
  const again = await spawnDaemon(dir);
  const control = await again.connect('control');
  const { messages } = await control.request('session.messages', { session_id: session.session_id, limit: 500 });
  const kept = new Set(messages.map(({ seq }: { seq: number }) => seq));
  // A page holds some of them only; the count says it for all.
  expect(acked.filter((seq) => !kept.has(seq) && seq <= messages.at(-1).seq)).toEqual([]);
  const { session: after } = await control.request('session.get', { session_id: session.session_id });
  expect(after.message_count).toBeGreaterThanOrEqual(acked.length);
});

test('a stop removes its sockets and nothing else', async () => {
  const daemon = await startDaemon();
  writeFileSync(`${daemon.dir}/mine.txt`, 'mine');
  await daemon.stop();
  expect(readdirSync(daemon.dir)).toEqual(['journal.db', 'lock.db', 'mine.txt']);
});

test('a foreign socket that has taken our name is not removed at the stop', async () => {
  const daemon = await startDaemon();
  const { controlSocket, runtimeSocket } = daemon.paths;
  renameSync(controlSocket, `${controlSocket}.old`);
  const server = createServer((socket) => socket.on('error', () => {}).end('theirs\n'));
  server.listen(controlSocket);
  await once(server, 'listening');
  afterTest(() => void server.close());
  rmSync(runtimeSocket);
  writeFileSync(runtimeSocket, 'a file now');
  const { ino } = lstatSync(controlSocket);
  await daemon.stop();
  expect(lstatSync(controlSocket).ino).toBe(ino);
  expect(lstatSync(runtimeSocket).isFile()).toBe(true);
  expect(await (await connectUnix('control', controlSocket)).next()).toBe('theirs');
});

test('while it drains, new work is refused and status still answers', async () => {
  const { daemon, control, runtime } = await startWithSession();
  // A goodbye that cannot leave keeps the drain open for a moment.
  const stopped = await daemon.connect('runtime');
  stopped.pause();
  const ping = { v: 1, id: 'p', type: 'ping', payload: { nonce: 'n'.repeat(1_000) } };
  for (let i = 0; i < 2_000; i++) stopped.send(ping);
  await control.request('ping');
  control.write(
    [
      { v: 1, id: 'stop', type: 'daemon.stop' },
      { v: 1, id: 'again', type: 'daemon.stop' },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  expect((await control.reply('stop'))['payload']).toEqual({});
  expect((await control.reply('again'))['payload']).toEqual({});
  await daemon.daemon.closed;
  expect((await runtime.reply(null))['error'].code).toBe('shutting_down');
  await expect(connectUnix('runtime', daemon.paths.runtimeSocket)).rejects.toThrow(/ENOENT/);
});

test('a close that is told to hurry cuts the connections', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  client.pause();
  const ping = { v: 1, id: 'p', type: 'ping', payload: { nonce: 'n'.repeat(1_000) } };
  for (let i = 0; i < 5_000; i++) client.send(ping);
  const began = performance.now();
  const closing = daemon.daemon.close();
  await daemon.daemon.close({ now: true });
  await closing;
  expect(performance.now() - began).toBeLessThan(1_500);
});

test('a daemon that was stopped starts again on what it left, and again', async () => {
  const dir = temporaryDirectory();
  for (let i = 1; i <= 3; i++) {
    const daemon = await spawnDaemon(dir);
    const client = await connectUnix('runtime', pathsIn(dir).runtimeSocket);
    await client.request('session.open', { name: `${i}` });
    const control = await daemon.connect('control');
    expect((await control.request('daemon.status')).sessions).toEqual({ live: i, total: i });
    client.close();
    await daemon.end('SIGTERM');
  }
});
