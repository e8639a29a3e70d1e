import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { journalPath } from '../../src/paths.ts';
import { afterTest, startWithSession, type TestDaemon } from './start-daemon.ts';

const status = { event_type: 'status_update', message: 'm' };

/** Another program holds the journal: nothing can be written until it lets go. */
function occupy(daemon: TestDaemon): () => void {
  const db = new DatabaseSync(journalPath(daemon.paths));
  db.exec('BEGIN IMMEDIATE');
  afterTest(() => {
    if (db.isOpen) db.close();
  });
  return () => db.close();
}

test('while the journal cannot be written, writes are storage_failed and nothing of them stays', async () => {
  const { daemon, runtime, control, session, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'approval',
    message: '?',
    key: 'k',
  });
  const before = await control.request('daemon.status');
  const letGo = occupy(daemon);
  const onRuntime: [string, object][] = [
    ['session.open', { name: 'n', key: 'new' }],
    ['session.emit', { session_id: sessionId, event: status, event_id: 'e' }],
    ['session.log', { session_id: sessionId, sender: 's', content: 'c', event_id: 'l' }],
    ['session.transition', { session_id: sessionId, state: 'completed' }],
    ['ask.open', { session_id: sessionId, kind: 'approval', message: '?' }],
    ['ask.cancel', { ask_id: ask.ask_id }],
  ];
  const onControl: [string, object][] = [
    ['ask.answer', { ask_id: ask.ask_id, value: true, answer_id: 'a' }],
    ['session.pause', { session_id: sessionId }],
    ['session.input', { session_id: sessionId, input: { input_type: 'abort' }, input_id: 'i' }],
    ['daemon.pause', {}],
  ];
  for (const [type, payload] of onRuntime)
    expect([type, (await runtime.refusal(type, payload)).code]).toEqual([type, 'storage_failed']);
  for (const [type, payload] of onControl)
    expect([type, (await control.refusal(type, payload)).code]).toEqual([type, 'storage_failed']);
  // Reads and keys that find what is there need no disk.
  const { uptime_secs: _, ...during } = await control.request('daemon.status');
  expect({ ...during, uptime_secs: before.uptime_secs }).toEqual(before);
  expect((await control.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
  const again = { session_id: sessionId, kind: 'approval', message: '?', key: 'k' };
  expect(await runtime.request('ask.open', again)).toEqual({ ask, created: false });
  letGo();
  expect((await runtime.request('session.get', { session_id: sessionId })).session).toEqual({
    ...session,
    pending_asks: 1,
    changed_seq: 2,
    updated_at: ask.opened_at,
  });
  expect((await control.request('ask.answer', { ask_id: ask.ask_id, value: true, answer_id: 'a' })).verdict).toBe(
    'won',
  );
  for (const [type, payload] of onRuntime.slice(0, 3)) await runtime.request(type, payload);
  expect((await control.request('session.list')).sessions).toHaveLength(2);
});

test('a subscriber sees nothing of what was not written, and everything after', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { head_seq } = await control.request('events.subscribe');
  const letGo = occupy(daemon);
  for (let i = 0; i < 3; i++) await runtime.refusal('session.emit', { session_id: sessionId, event: status });
  letGo();
  const { seq } = await runtime.request('session.emit', { session_id: sessionId, event: status });
  expect(seq).toBe(head_seq + 1);
  expect((await control.nextEvent())['seq']).toBe(seq);
});

test('a timed out approval with a default is not answered while that cannot be written, and is after', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'approval',
    message: '?',
    timeout_ms: 40,
    default_value: false,
    on_timeout: 'use_default',
  });
  const letGo = occupy(daemon);
  await expect.poll(() => daemon.log.some((line) => line.includes('could not be settled'))).toBe(true);
  expect((await runtime.refusal('ask.get', { ask_id: ask.ask_id })).code).toBe('storage_failed');
  const waiting = runtime.request('ask.wait', { ask_id: ask.ask_id }).catch((error: Error) => error.message);
  letGo();
  expect([await waiting, (await runtime.request('ask.get', { ask_id: ask.ask_id })).ask.state]).toContain('answered');
});

test('a stop ends the daemon though the journal cannot be written', async () => {
  const { daemon, control } = await startWithSession();
  occupy(daemon);
  expect(await control.request('daemon.stop')).toEqual({});
  await daemon.daemon.closed;
  expect((await control.reply(null))['error'].code).toBe('shutting_down');
});
