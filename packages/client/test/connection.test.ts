import { describe, expect, test } from 'vitest';
import { ClientError, connectControl, connectRuntime, ProtocolError } from '../src/index.ts';
import { openControl, startDaemon } from './support/cleanup.ts';
import { helloOf, Refusal } from './support/fake-daemon.ts';

describe('connecting', () => {
  test('says who it is and hands out what the daemon said', async () => {
    const daemon = await startDaemon();
    const control = await openControl(daemon, { client: 'test/1', channelId: 'tests:1' });
    expect(control.hello).toEqual(helloOf(0));
    expect(control.clientId).toBe('client-0');
    expect(daemon.requests.map(({ type, payload }) => ({ type, payload }))).toEqual([
      { type: 'hello', payload: { client: 'test/1', versions: [1], channel_id: 'tests:1' } },
    ]);
    expect(await control.ping('x')).toEqual({ nonce: 'x', at: '2026-11-20T10:00:00.000Z' });
  });

  test('fails at once and says what to do when no daemon is there', async () => {
    const error = await connectRuntime({ socketPath: '/nonexistent/runtime.sock' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({
      code: 'not_running',
      mayHaveHappened: false,
      message: 'no daemon at /nonexistent/runtime.sock; start one with: proj ipc serve-sockets',
    });
  });

  test('says in which directory to start one, where it was told the directory', async () => {
    await expect(connectControl({ dir: '/nonexistent' })).rejects.toMatchObject({
      code: 'not_running',
      message: 'no daemon at /nonexistent/control.sock; start one with: proj ipc serve-sockets --dir /nonexistent',
    });
  });

  test('refuses a path the system would cut', async () => {
    const socketPath = `/tmp/${'x'.repeat(99)}`;
    await expect(connectRuntime({ socketPath })).rejects.toMatchObject({ code: 'path_too_long' });
  });

  test('waits for a daemon when told to', async () => {
    const daemon = await startDaemon();
    await daemon.stop();
    const states: string[] = [];
    const connecting = openControl(daemon, { waitForDaemon: true, onStateChange: (state) => states.push(state) });
    await daemon.listen();
    await (await connecting).ping();
    expect(states).toEqual(['connecting', 'connected']);
  });

  test('gives up waiting when the signal aborts, and leaves no listener on it', async () => {
    const daemon = await startDaemon();
    await daemon.stop();
    const abort = new AbortController();
    const connecting = openControl(daemon, { waitForDaemon: true, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(connecting).rejects.toMatchObject({ code: 'aborted', cause: new Error('enough') });
  });

  test('hands on what the daemon refuses', async () => {
    const daemon = await startDaemon();
    daemon.on('hello', () => new Refusal('unsupported_version', { supported: [2] }));
    const error = await openControl(daemon).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: 'unsupported_version', details: { supported: [2] } });
  });

  test('takes an error without an id instead of a greeting for the reason', async () => {
    const daemon = await startDaemon();
    daemon.on('hello', ({ from }) => {
      from.send({ v: 1, id: null, ok: false, error: { code: 'too_many_clients', message: 'full' } });
      from.socket.end();
      return undefined;
    });
    await expect(openControl(daemon)).rejects.toMatchObject({ name: 'ProtocolError', code: 'too_many_clients' });
  });
});

describe('requests', () => {
  test('go out together, and replies may come in any order, in pieces', async () => {
    const daemon = await startDaemon();
    const held: { id: string }[] = [];
    daemon.on('daemon.status', (request) => {
      held.push(request);
      if (held.length < 3) return undefined;
      const lines = held
        .toReversed()
        .map(({ id }) => `${JSON.stringify({ v: 1, id, ok: true, payload: { n: id } })}\r\n`);
      const bytes = Buffer.from(lines.join('\n'));
      for (const byte of bytes) request.from.socket.write(Uint8Array.of(byte));
      return undefined;
    });
    const control = await openControl(daemon);
    const replies = await Promise.all([control.status(), control.status(), control.status()]);
    expect(replies).toEqual([{ n: '1' }, { n: '2' }, { n: '3' }]);
  });

  test('are rejected with the error of the daemon, details and all', async () => {
    const daemon = await startDaemon();
    daemon.on('session.get', () => new Refusal('not_found', { reason: 'x' }));
    const control = await openControl(daemon);
    await expect(control.session('s1')).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'not_found',
      details: { reason: 'x' },
    });
  });

  test('above the frame limit are not sent', async () => {
    const daemon = await startDaemon();
    daemon.limits = { ...daemon.limits, frame_bytes: 2_000 };
    const control = await openControl(daemon);
    await expect(control.ping('x'.repeat(2_000))).rejects.toMatchObject({
      code: 'frame_too_large',
      mayHaveHappened: false,
    });
    expect(daemon.seen('ping')).toEqual([]);
  });

  test('wait for their turn, and the queue has an end', async () => {
    const daemon = await startDaemon();
    daemon.limits = { ...daemon.limits, in_flight: 2 };
    daemon.on('daemon.status', () => undefined);
    const control = await openControl(daemon, { maxPending: 3 });
    const five = Array.from({ length: 5 }, () => control.status());
    const settled = Promise.allSettled(five);
    await expect(control.status()).rejects.toMatchObject({
      code: 'too_many_pending',
      message: '3 requests wait to be written already',
    });
    await daemon.until(() => daemon.seen('daemon.status').length === 2);
    daemon.on('daemon.status', () => ({ n: 1 }));
    for (const request of daemon.seen('daemon.status')) request.from.reply(request, { n: 1 });
    expect((await settled).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'fulfilled'));
  });

  test('time out, and say whether it may have happened', async () => {
    const daemon = await startDaemon();
    daemon.on('daemon.pause', () => undefined).on('daemon.status', () => undefined);
    const control = await openControl(daemon, { requestTimeoutMs: 20 });
    const results = await Promise.allSettled([control.pause(), control.status()]);
    expect(results).toMatchObject([
      { reason: { code: 'timeout', mayHaveHappened: true, message: 'daemon.pause: no reply within 20 ms' } },
      { reason: { code: 'timeout', mayHaveHappened: false } },
    ]);
  });

  test('can be aborted, and a late reply is nobody else’s', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.get', () => undefined);
    const control = await openControl(daemon);
    const abort = new AbortController();
    const request = control.request('ask.get', { ask_id: 'a1' }, { signal: abort.signal });
    await daemon.until(() => daemon.seen('ask.get').length === 1);
    abort.abort('changed my mind');
    await expect(request).rejects.toMatchObject({ code: 'aborted', cause: 'changed my mind', mayHaveHappened: false });
    for (const seen of daemon.seen('ask.get')) seen.from.reply(seen, { ask: {} });
    expect(await control.ping('still there')).toMatchObject({ nonce: 'still there' });
    await expect(control.request('ask.get', { ask_id: 'a1' }, { signal: abort.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  test('share one listener on a signal that lives long, and leave none', async () => {
    const daemon = await startDaemon();
    const control = await openControl(daemon);
    const { signal } = new AbortController();
    let listeners = 0;
    let most = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      most = Math.max(most, listeners);
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    await Promise.all(Array.from({ length: 100 }, () => control.request('ping', {}, { signal, timeoutMs: 10_000 })));
    expect({ listeners, most }).toEqual({ listeners: 0, most: 1 });
  });
});

describe('a connection that breaks', () => {
  test('comes back; reads and keyed requests are sent again, the rest may have happened', async () => {
    const daemon = await startDaemon();
    for (const type of ['daemon.status', 'daemon.pause', 'ask.answer']) daemon.on(type, () => undefined);
    const states: string[] = [];
    const control = await openControl(daemon, { onStateChange: (state) => states.push(state) });
    const requests = Promise.allSettled([control.status(), control.pause(), control.answer('a1', true)]);
    await daemon.until(() => daemon.requests.length === 4);
    const [, , answered] = daemon.requests.slice(1);
    daemon.on('daemon.status', () => ({ pid: 1 })).on('ask.answer', () => ({ verdict: 'won' }));
    daemon.cutAll();
    expect(await requests).toMatchObject([
      { value: { pid: 1 } },
      { reason: { name: 'ClientError', code: 'connection_lost', mayHaveHappened: true } },
      { value: { verdict: 'won' } },
    ]);
    expect(daemon.seen('ask.answer').map(({ payload }) => payload)).toEqual([answered?.payload, answered?.payload]);
    expect(answered?.payload).toEqual({ ask_id: 'a1', value: true, answer_id: expect.stringMatching(/^[\w-]{36}$/) });
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(control.clientId).toBe('client-1');
  });

  test('takes requests while it is away and sends them in order', async () => {
    const daemon = await startDaemon();
    const control = await openControl(daemon);
    await daemon.stop();
    const pings = ['1', '2', '3'].map((nonce) => control.ping(nonce));
    await daemon.listen();
    expect((await Promise.all(pings)).map(({ nonce }) => nonce)).toEqual(['1', '2', '3']);
    expect(daemon.seen('ping').map(({ payload }) => payload)).toEqual([{ nonce: '1' }, { nonce: '2' }, { nonce: '3' }]);
  });

  test('holds back what a stopping daemon refused until the next one is there', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.get', () => new Refusal('shutting_down')).on('daemon.pause', () => new Refusal('shutting_down'));
    const control = await openControl(daemon);
    const ask = control.ask('a1');
    await expect(control.pause()).rejects.toMatchObject({ name: 'ProtocolError', code: 'shutting_down' });
    const ping = control.ping('later');
    const other = await openControl(daemon);
    await other.ping('other');
    await other.ping('other');
    expect(daemon.seen('ask.get').length).toBe(1);
    daemon.on('ask.get', () => ({ ask: { ask_id: 'a1' } }));
    expect(daemon.seen('ping').map(({ payload }) => payload)).toEqual([{ nonce: 'other' }, { nonce: 'other' }]);
    daemon.cutAll();
    expect(await ask).toEqual({ ask_id: 'a1' });
    expect(await ping).toMatchObject({ nonce: 'later' });
  });

  test('is closed and made again when the daemon sends what is not JSON', async () => {
    const daemon = await startDaemon();
    daemon.on('daemon.status', ({ from }) => {
      if (from.number === 0) from.socket.write('hello?\n');
      return from.number === 0 ? undefined : { pid: 2 };
    });
    const control = await openControl(daemon);
    expect(await control.status()).toEqual({ pid: 2 });
  });

  test('is the end when reconnect is off: the last words of the daemon are the cause', async () => {
    const daemon = await startDaemon();
    daemon.on('daemon.status', ({ from }) => {
      from.send({ v: 1, id: null, ok: false, error: { code: 'slow_consumer', message: 'too slow' } });
      from.socket.end();
      return undefined;
    });
    const control = await openControl(daemon, { reconnect: false });
    await expect(control.status()).rejects.toMatchObject({
      code: 'connection_lost',
      message: 'daemon.status: the daemon closed the connection (slow_consumer: too slow)',
    });
    await expect(control.ping()).rejects.toMatchObject({ code: 'closed', mayHaveHappened: false });
  });

  test('ignores lines and fields it does not know', async () => {
    const daemon = await startDaemon();
    const control = await openControl(daemon);
    daemon.peers[0]?.send({ v: 2, hint: 'from the future' });
    daemon.peers[0]?.send({ v: 1, id: 'nobody asked', ok: true, payload: {} });
    daemon.peers[0]?.event(1);
    expect(await control.ping('x')).toMatchObject({ nonce: 'x' });
  });
});

describe('close', () => {
  test('rejects what waits and leaves nothing open', async () => {
    const daemon = await startDaemon();
    daemon.on('daemon.pause', () => undefined);
    const control = await openControl(daemon);
    const pause = control.pause();
    const rejected = expect(pause).rejects.toMatchObject({ code: 'closed', mayHaveHappened: true });
    await daemon.until(() => daemon.seen('daemon.pause').length === 1);
    await control.close();
    await rejected;
    await daemon.until(() => daemon.connections === 0);
    await control.close();
    await expect(control.ping()).rejects.toMatchObject({ code: 'closed', message: 'ping: the connection is closed' });
  });

  test('ends the waiting for a daemon that is away', async () => {
    const daemon = await startDaemon();
    const control = await openControl(daemon, { reconnect: { minMs: 60_000, maxMs: 60_000 } });
    await daemon.stop();
    const ping = expect(control.ping()).rejects.toMatchObject({ code: 'closed' });
    await control.close();
    await ping;
  });
});
