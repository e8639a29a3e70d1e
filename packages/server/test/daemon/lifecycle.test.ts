import { expect, test } from 'vitest';
import { startDaemon, startWithSession } from './start-daemon.ts';

test('daemon.status says how the daemon is', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { session: second } = await runtime.request('session.open', { name: 'second' });
  await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  const status = await control.request('daemon.status');
  expect(status).toEqual({
    state: 'monitoring',
    uptime_secs: 0,
    current_session: sessionId,
    saves_count: 3,
    total_resumes: 0,
    sessions: { live: 2, total: 2 },
    pending_asks: 1,
    clients: { runtime: 1, control: 1 },
    journal: { head_seq: 3, oldest_seq: 1, bytes: expect.any(Number), durability: 'full' },
    version: '0.0.0-test',
    pid: process.pid,
    started_at: expect.any(String),
    dir: daemon.dir,
    assurance: 'guardrail',
    config: { path: daemon.paths.configFile, loaded_at: expect.any(String) },
  });
  await control.request('session.abort', { session_id: sessionId });
  const later = await control.request('daemon.status');
  expect(later).toMatchObject({
    current_session: second.session_id,
    sessions: { live: 1, total: 2 },
    pending_asks: 0,
    saves_count: 5,
  });
  await control.request('session.abort', { session_id: second.session_id });
  expect((await control.request('daemon.status')).current_session).toBeNull();
});

test('counts survive a restart; saves_count is what is on disk', async () => {
  const { daemon, control, sessionId } = await startWithSession();
  await control.request('session.pause', { session_id: sessionId });
  await control.request('session.resume', { session_id: sessionId });
  await daemon.restart();
  const status = await (await daemon.connect('control')).request('daemon.status');
  // Opened, paused, resumed, and the stop of the first daemon.
  expect(status).toMatchObject({ saves_count: 4, total_resumes: 1, sessions: { live: 1, total: 1 } });
});

test('a new directory has no events and no session', async () => {
  const control = await (await startDaemon()).connect('control');
  expect(await control.request('daemon.status')).toMatchObject({
    current_session: null,
    saves_count: 0,
    journal: { head_seq: 0, oldest_seq: 1 },
  });
});

test('a pause is an event, once; it keeps all traffic and every ask, and survives a restart', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['daemon.changed'] });
  expect((await control.request('daemon.pause', { reason: 'lunch' })).state).toBe('paused');
  const event = await control.nextEvent();
  expect(event).toMatchObject({
    type: 'daemon.changed',
    by: { client_id: expect.any(String) },
    payload: { change: 'paused', state: 'paused', reason: 'lunch' },
  });
  expect(event).not.toHaveProperty('session_id');
  const { journal } = await control.request('daemon.pause');
  expect(journal.head_seq).toBe(event['seq']);
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  expect((await control.request('ask.answer', { ask_id: ask.ask_id, value: true })).verdict).toBe('won');
  await runtime.request('session.open', { name: 'while paused' });
  await daemon.restart();
  const again = await daemon.connect('control');
  expect((await again.request('daemon.status')).state).toBe('paused');
  expect((await again.request('daemon.resume')).state).toBe('monitoring');
  await daemon.restart();
  expect((await (await daemon.connect('control')).request('daemon.status')).state).toBe('monitoring');
});

test('a reload puts in force what it can, and lists what needs a restart', async () => {
  const daemon = await startDaemon();
  const control = await daemon.connect('control');
  await control.request('events.subscribe', { types: ['daemon.changed'] });
  expect(await control.request('daemon.reload')).toEqual({ changed: [], needs_restart: [] });
  daemon.configure('limits:\n  clients: 1\n  depth: 16\njournal:\n  durability: normal\n');
  const reply = await control.request('daemon.reload');
  expect({ ...reply, changed: reply.changed.toSorted() }).toEqual({
    changed: ['limits.clients', 'limits.depth'],
    needs_restart: ['journal.durability'],
  });
  expect((await control.nextEvent())['payload']).toMatchObject({ change: 'reloaded', state: 'monitoring' });
  expect((await control.request('hello')).limits).toMatchObject({ clients: 1, depth: 16 });
  expect((await control.request('daemon.status')).journal.durability).toBe('full');
  expect((await (await daemon.connect('control')).reply(null))['error'].code).toBe('too_many_clients');
  const again = await control.request('daemon.reload');
  expect(again).toEqual({ changed: [], needs_restart: ['journal.durability'] });
  await daemon.restart();
  expect((await (await daemon.connect('control')).request('daemon.status')).journal.durability).toBe('normal');
});

test.each([
  ['limits: {depth: deep}', /limits\.depth/],
  ['limits: {no_such: 1}', /limits/],
  ['nonsense: 1', /unknown field/],
  ['limits: [1', /cannot be read/],
  ['a: &a [x]\nb: *a\n', /./],
])('a bad file, %j, keeps the old settings and is an error that the status shows', async (text, fault) => {
  const daemon = await startDaemon({ config: { limits: { depth: 16 } } });
  const control = await daemon.connect('control');
  const { config: before } = await control.request('daemon.status');
  daemon.configure(text);
  const error = await control.refusal('daemon.reload');
  expect(error).toMatchObject({ code: 'not_configured', message: expect.stringMatching(fault) });
  expect((await control.request('hello')).limits.depth).toBe(16);
  const { config } = await control.request('daemon.status');
  expect(config).toEqual({ ...before, error: error.message });
  daemon.configure({ limits: { depth: 17 } });
  expect((await control.request('daemon.reload')).changed).toEqual(['limits.depth']);
  expect((await control.request('daemon.status')).config).not.toHaveProperty('error');
});

test('daemon.stop is acknowledged, announced, and ends everything', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const watcher = await daemon.connect('control');
  const { head_seq } = await watcher.request('events.subscribe');
  runtime.send({ v: 1, id: 'w', type: 'session.receive', payload: { session_id: sessionId } });
  await runtime.request('ping');
  expect(await control.request('daemon.stop')).toEqual({});
  await daemon.daemon.closed;
  const stopping = { change: 'stopping', state: 'stopping' };
  expect(await watcher.nextEvent()).toMatchObject({ seq: head_seq + 1, type: 'daemon.changed', payload: stopping });
  expect((await runtime.reply('w'))['error'].code).toBe('shutting_down');
  for (const client of [runtime, control, watcher]) {
    expect((await client.reply(null))['error'].code).toBe('shutting_down');
    await client.closed;
    expect(client.waiting.filter((line) => line.includes('"ok"'))).toEqual([]);
  }
});

test('a daemon that nobody uses ends by itself where it was told so', async () => {
  const daemon = await startDaemon({ idleExitMs: 50 });
  const client = await daemon.connect('runtime');
  await client.request('ping');
  client.close();
  await daemon.daemon.closed;
});
