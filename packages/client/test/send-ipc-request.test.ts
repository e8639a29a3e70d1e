import { expect, test } from 'vitest';
import { sendIpcRequest } from '../src/index.ts';
import { startDaemon } from './support/cleanup.ts';
import { Refusal } from './support/fake-daemon.ts';

test('writes one line, gives the reply as it stands, and closes', async () => {
  const daemon = await startDaemon();
  expect(await sendIpcRequest(daemon.path, { v: 1, id: 'x', type: 'ping', payload: { nonce: 'n' } })).toEqual({
    v: 1,
    id: 'x',
    ok: true,
    payload: { nonce: 'n', at: '2026-11-20T10:00:00.000Z' },
  });
  await daemon.until(() => daemon.connections === 0);
  expect(daemon.requests.map(({ id, type, payload }) => ({ id, type, payload }))).toEqual([
    { id: 'x', type: 'ping', payload: { nonce: 'n' } },
  ]);
});

test('an error reply is a value; v and id may be left out', async () => {
  const daemon = await startDaemon();
  daemon.on('ask.get', () => new Refusal('not_found'));
  expect(await sendIpcRequest(daemon.path, { type: 'ask.get', payload: { ask_id: 'a' } })).toEqual({
    v: 1,
    id: '1',
    ok: false,
    error: { code: 'not_found', message: 'no' },
  });
});

test('a reply may come in pieces', async () => {
  const daemon = await startDaemon();
  const content = 'x'.repeat(300_000);
  daemon.on('daemon.status', () => ({ content }));
  expect(await sendIpcRequest(daemon.path, { type: 'daemon.status' })).toMatchObject({ payload: { content } });
});

test.each([
  ['daemon.stop', true],
  ['daemon.status', false],
])('no reply in time to %s: may have happened is %s', async (type, mayHaveHappened) => {
  const daemon = await startDaemon();
  daemon.on(type, () => undefined);
  await expect(sendIpcRequest(daemon.path, { type }, { timeoutMs: 30 })).rejects.toMatchObject({
    code: 'timeout',
    mayHaveHappened,
  });
  await daemon.until(() => daemon.connections === 0);
});

test('a daemon that closes without a reply', async () => {
  const daemon = await startDaemon();
  daemon.on('daemon.stop', ({ from }) => {
    from.socket.end();
    return undefined;
  });
  await expect(sendIpcRequest(daemon.path, { type: 'daemon.stop' })).rejects.toMatchObject({
    code: 'connection_lost',
    mayHaveHappened: true,
  });
});

test('a line that is not a reply', async () => {
  const daemon = await startDaemon();
  daemon.on('ping', ({ from }) => {
    from.socket.write('ERR: unknown command\n');
    return undefined;
  });
  await expect(sendIpcRequest(daemon.path, { type: 'ping' })).rejects.toMatchObject({ code: 'protocol_violation' });
});

test('can be aborted, before and after it was sent', async () => {
  const daemon = await startDaemon();
  daemon.on('ping', () => undefined);
  const abort = new AbortController();
  const sent = sendIpcRequest(daemon.path, { type: 'ping' }, { signal: abort.signal });
  await daemon.until(() => daemon.seen('ping').length === 1);
  abort.abort();
  await expect(sent).rejects.toMatchObject({ code: 'aborted' });
  await expect(sendIpcRequest(daemon.path, { type: 'ping' }, { signal: abort.signal })).rejects.toMatchObject({
    code: 'aborted',
    mayHaveHappened: false,
  });
});

test('nobody there', async () => {
  await expect(sendIpcRequest('/nonexistent/control.sock', { type: 'ping' })).rejects.toMatchObject({
    code: 'not_running',
    mayHaveHappened: false,
  });
});
