import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownPeer } from '../support/own-peer.ts';
import { startDaemon } from './start-daemon.ts';

test('clients are listed as they come, with what they do', async () => {
  const daemon = await startDaemon();
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  const { client_id: first } = await runtime.request('hello', { client: 'agent/1', channel_id: 'agent' });
  const { client_id: second } = await control.request('hello');
  const { session } = await runtime.request('session.open', { name: 'n' });
  await runtime.request('events.subscribe', { session_id: session.session_id });
  runtime.send({ v: 1, id: 'w', type: 'session.receive', payload: { session_id: session.session_id } });
  await runtime.request('ping');
  const at = expect.stringMatching(/Z$/);
  expect((await control.request('client.list')).clients).toEqual([
    {
      client_id: first,
      socket: 'runtime',
      client: 'agent/1',
      channel_id: 'agent',
      connected_at: at,
      subscribed: true,
      in_flight: 1,
      peer: ownPeer,
    },
    {
      client_id: second,
      socket: 'control',
      channel_id: `control:${second}`,
      connected_at: at,
      subscribed: false,
      in_flight: 1,
      peer: ownPeer,
    },
  ]);
});

test('coming and going is pushed to subscribers on control.sock, and is in no journal', async () => {
  const daemon = await startDaemon();
  const control = await daemon.connect('control');
  await control.request('events.subscribe');
  const runtime = await daemon.connect('runtime');
  const { client_id } = await runtime.request('hello');
  const come = await control.nextEvent();
  expect(come).toMatchObject({
    type: 'client.connected',
    payload: { client_id, socket: 'runtime', subscribed: false },
  });
  expect(come).not.toHaveProperty('seq');
  runtime.close();
  expect(await control.nextEvent()).toEqual({
    v: 1,
    at: expect.any(String),
    type: 'client.disconnected',
    payload: { client_id, socket: 'runtime' },
  });
  expect((await control.request('daemon.status')).journal.head_seq).toBe(0);
});

test('client.disconnect closes that client and no other; itself after the reply', async () => {
  const daemon = await startDaemon();
  const [runtime, other, control] = [
    await daemon.connect('runtime'),
    await daemon.connect('runtime'),
    await daemon.connect('control'),
  ];
  const { client_id } = await runtime.request('hello');
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  expect(await control.request('client.disconnect', { client_id, reason: 'enough' })).toEqual({});
  await runtime.closed;
  expect((await control.nextEvent())['payload']).toEqual({ client_id, socket: 'runtime', reason: 'enough' });
  expect((await control.refusal('client.disconnect', { client_id })).code).toBe('not_found');
  expect(await other.request('ping')).toEqual({ at: expect.any(String) });
  const { client_id: self } = await control.request('hello');
  expect(await control.request('client.disconnect', { client_id: self })).toEqual({});
  await control.closed;
});

test('a thousand clients in one storm are all served, and leave no open file behind', async () => {
  const daemon = await startDaemon();
  const control = await daemon.connect('control');
  await control.request('ping');
  const before = readdirSync('/proc/self/fd').length;
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => daemon.connect('runtime')));
  await Promise.all(clients.map((client) => client.request('ping')));
  expect((await control.request('daemon.status')).clients).toEqual({ runtime: 1_000, control: 1 });
  for (const client of clients) client.close();
  await expect.poll(async () => (await control.request('daemon.status')).clients.runtime).toBe(0);
  await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 5);
});
