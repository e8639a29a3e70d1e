import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { journalPath } from '../../src/paths.ts';
import { startDaemon, startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: 'Deploy?' };

test('secrets are scrubbed while the next turn is already open', async () => {
  const { runtime, control, sessionId } = await startWithSession({ config: { limits: { in_flight: 1 } } });
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'input',
    message: '?',
    secret: true,
  });
  await control.request('ask.answer', { ask_id: ask.ask_id, value: 'hunter2' });
  const other = (await runtime.request('session.open', { name: 'other' })).session.session_id;
  const event = { event_type: 'status_update', message: 'on' };
  const lines = [
    { v: 1, id: 'end', type: 'session.transition', payload: { session_id: sessionId, state: 'completed' } },
    { v: 1, id: 'go', type: 'session.emit', payload: { session_id: other, event } },
  ];
  runtime.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect((await runtime.reply('end'))['ok']).toBe(true);
  expect((await runtime.reply('go'))['ok']).toBe(true);
});

test('a small outbox never stands still for good', async () => {
  const daemon = await startDaemon({ config: { limits: { outbox_bytes: 131_072 } } });
  const client = await daemon.connect('runtime');
  const nonce = 'n'.repeat(900);
  const count = 500;
  client.write(
    Array.from(
      { length: count },
      (_, i) => `${JSON.stringify({ v: 1, id: `${i}`, type: 'ping', payload: { nonce } })}\n`,
    ).join(''),
  );
  for (let i = 0; i < count; i++) expect((await client.reply(`${i}`))['payload'].nonce).toBe(nonce);
});

test('a secret that could not reach the asker is no answer', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'input',
    message: '?',
    secret: true,
  });
  // Half a frame as UTF-8, above it once escaped.
  const value = '\u00e9'.repeat(250_000);
  expect((await control.refusal('ask.answer', { ask_id: ask.ask_id, value })).code).toBe('invalid_payload');
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask.state).toBe('pending');
  await control.request('ask.answer', { ask_id: ask.ask_id, value: 'short' });
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask.answer.value).toBe('short');
});

test('an ask whose deadline met a busy journal is still expired', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const ids: string[] = [];
  for (const timeout_ms of [30, 31]) {
    ids.push((await runtime.request('ask.open', { ...approval, session_id: sessionId, timeout_ms })).ask.ask_id);
  }
  const other = new DatabaseSync(journalPath(daemon.paths));
  other.exec('BEGIN IMMEDIATE');
  await vi.waitFor(() =>
    expect(daemon.log.filter((line) => line.includes('could not be settled'))).not.toHaveLength(0),
  );
  other.exec('ROLLBACK');
  other.close();
  expect((await control.request('ask.answer', { ask_id: ids[0], value: true })).verdict).toBe('expired');
  await control.request('events.subscribe', { types: ['ask.settled'] });
  // Nobody looks at the second one.
  expect((await control.nextEvent())['payload']).toMatchObject({ ask_id: ids[1], state: 'expired' });
});

test('a client that is still writing its too large line gets told why it is closed', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('runtime');
  client.write(Buffer.alloc(8_000_000, 'a'));
  expect((await client.reply(null))['error'].code).toBe('frame_too_large');
  await client.closed;
});

test('a client above the cap that is still writing gets told why it is turned away', async () => {
  const daemon = await startDaemon({ config: { limits: { clients: 1 } } });
  await (await daemon.connect('runtime')).request('ping');
  const client = await daemon.connect('runtime');
  client.write(Buffer.alloc(4_000_000, 'a'));
  expect((await client.reply(null))['error'].code).toBe('too_many_clients');
  await client.closed;
});

test('what follows a text command is not run and does not cost the answer', async () => {
  const daemon = await startDaemon();
  const client = await daemon.connect('control');
  client.write(`PING\n${'PAUSE\n'.repeat(200_000)}`);
  expect(await client.next()).toBe('PONG');
  await client.closed;
});

test('a client that leaves without taking its replies ends itself only', async () => {
  const daemon = await startDaemon();
  const pings = `${JSON.stringify({ v: 1, id: '1', type: 'ping' })}\n`.repeat(5_000);
  for (const door of ['runtime', 'control'] as const) {
    const client = await daemon.connect(door);
    await client.request('ping');
    client.pause();
    client.write(pings);
    const other = await daemon.connect(door);
    await other.request('ping');
    client.close();
    await other.request('ping');
  }
  const operator = await daemon.connect('control');
  await vi.waitFor(async () => expect((await operator.request('client.list')).clients).toHaveLength(3));
});
