import { expect, test } from 'vitest';
import { spawnDaemon } from './daemon-process.ts';
import type { RawClient } from './raw-client.ts';
import { startWithSession, temporaryDirectory } from './start-daemon.ts';

const MIB = 1_048_576;

async function logMany(client: RawClient, sessionId: string, { count, bytes }: { count: number; bytes: number }) {
  const content = 'x'.repeat(bytes);
  const sent = Array.from({ length: count }, () =>
    client.request('session.log', { session_id: sessionId, sender: 'agent', content }),
  );
  return (await Promise.all(sent)).at(-1).seq as number;
}

async function readUpTo(client: RawClient, seq: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.at(-1) !== seq) {
    const event = await client.nextEvent();
    if (event['seq'] !== undefined) seqs.push(event['seq']);
  }
  return seqs;
}

test('one that reads nothing is closed with slow_consumer last; the others get everything', async () => {
  const { daemon, runtime, sessionId } = await startWithSession({
    config: { limits: { slow_consumer_ms: 200 } },
  });
  const [stopped, reader] = [await daemon.connect('control'), await daemon.connect('control')];
  const { head_seq } = await reader.request('events.subscribe');
  await stopped.request('events.subscribe');
  stopped.pause();
  const last = await logMany(runtime, sessionId, { count: 60, bytes: 100_000 });
  expect(await readUpTo(reader, last)).toEqual(Array.from({ length: 60 }, (_, i) => head_seq + 1 + i));
  const gone = await reader.nextEvent();
  expect(gone).toMatchObject({ type: 'client.disconnected', payload: { socket: 'control', reason: 'slow_consumer' } });
});

test('one that reads again within 2 s finds the goodbye as its last line, and no hole before it', async () => {
  const { daemon, runtime, sessionId } = await startWithSession({ config: { limits: { slow_consumer_ms: 20 } } });
  const stopped = await daemon.connect('control');
  const { head_seq } = await stopped.request('events.subscribe');
  stopped.pause();
  await logMany(runtime, sessionId, { count: 40, bytes: 100_000 });
  // Nothing shows from outside that the daemon has given up on it; it does after 20 ms, at its next look.
  const since = performance.now();
  await expect.poll(() => performance.now() - since).toBeGreaterThan(400);
  stopped.resume();
  await stopped.closed;
  const lines = stopped.waiting.map((line) => JSON.parse(line));
  const last = lines.pop();
  expect(last).toMatchObject({ id: null, ok: false, error: { code: 'slow_consumer', details: { limit: 20 } } });
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_, i) => head_seq + 1 + i));
});

test('replies count too: one that sends and reads nothing is closed', async () => {
  const { daemon, control } = await startWithSession({ config: { limits: { slow_consumer_ms: 100 } } });
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  const client = await daemon.connect('runtime');
  client.pause();
  const ping = `${JSON.stringify({ v: 1, id: 'p', type: 'ping', payload: { nonce: 'n'.repeat(1_000) } })}\n`;
  client.write(ping.repeat(5_000));
  expect((await control.nextEvent())['payload'].reason).toBe('slow_consumer');
});

test('of one that reads no replies no further request is read', async () => {
  const { daemon, runtime, control } = await startWithSession({ config: { limits: { slow_consumer_ms: 100 } } });
  const metadata = { fill: 'x'.repeat(8_000) };
  const { session } = await runtime.request('session.open', { name: 'large', metadata });
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  const client = await daemon.connect('runtime');
  client.pause();
  const get = { v: 1, id: 'g', type: 'session.get', payload: { session_id: session.session_id } };
  client.write(`${JSON.stringify(get)}\n`.repeat(2_000));
  client.send({ v: 1, id: 'o', type: 'session.open', payload: { name: 'never' } });
  expect((await control.nextEvent())['payload'].reason).toBe('slow_consumer');
  expect((await control.request('daemon.status')).sessions.total).toBe(2);
});

test('readers that never read cost little memory, and the daemon goes on', async () => {
  const daemon = await spawnDaemon(temporaryDirectory());
  const runtime = await daemon.connect('runtime');
  const { session } = await runtime.request('session.open', { name: 'a session' });
  const last = await logMany(runtime, session.session_id, { count: 400, bytes: 100_000 });
  const before = daemon.residentBytes();
  for (let i = 0; i < 20; i++) {
    const stopped = await daemon.connect('control');
    stopped.send({ v: 1, id: '1', type: 'events.subscribe', payload: { after_seq: 0 } });
    await stopped.reply('1');
    stopped.pause();
  }
  const reader = await daemon.connect('control');
  await reader.request('events.subscribe', { after_seq: 0 });
  expect(await readUpTo(reader, last)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  expect(daemon.residentBytes() - before).toBeLessThan(64 * MIB);
});
