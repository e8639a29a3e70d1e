import { describe, expect, test } from 'vitest';
import type { Control, Watch, WatchEvent } from '../../src/index.ts';
import { DaemonProcess } from './daemon-process.ts';

/** The next event of a type; the watch ends with it. */
async function next<T extends WatchEvent['type']>(watch: Watch, type: T): Promise<Extract<WatchEvent, { type: T }>> {
  for await (const event of watch) {
    if (event.type === type) return event as Extract<WatchEvent, { type: T }>;
  }
  throw new Error('the watch has ended');
}

async function answerNext(control: Control, value: unknown): Promise<string> {
  const watch = control.watch({ snapshot: true, types: ['ask.opened'] });
  const { asks } = await watch.snapshot;
  const ask = asks[0] ?? (await next(watch, 'ask.opened')).payload;
  await watch.close();
  return (await control.answer(ask.ask_id, value, { responderName: 'Ada' })).verdict;
}

describe('with a real daemon', { timeout: 60_000 }, () => {
  test('a program asks, a person answers, both see the story', async () => {
    const daemon = await DaemonProcess.start();
    const [runtime, control] = [await daemon.runtime(), await daemon.control({ channelId: 'tests:1' })];
    expect([runtime.hello.channel, control.hello.channel]).toEqual(['runtime', 'control']);
    const session = await runtime.openSession({ name: 'nightly', key: 'n1', metadata: { run: 1 } });
    expect((await runtime.openSession({ name: 'nightly', key: 'n1' })).created).toBe(false);
    await session.emit({ event_type: 'status_update', message: 'planning' });
    await session.log('agent', 'hello');
    const approved = session.askApproval('Delete 41 branches?', { risk: 'destructive', timeoutMs: 60_000 });
    expect(await answerNext(control, true)).toBe('won');
    expect(await approved).toBe(true);
    const chosen = session.askChoice('Which?', ['a', 'b']);
    expect(await answerNext(control, 'b')).toBe('won');
    expect(await chosen).toBe('b');
    const secret = session.askInput('Token?', { secret: true });
    expect(await answerNext(control, 'hunter2')).toBe('won');
    expect(await secret).toBe('hunter2');
    expect((await control.messages(session.sessionId)).map(({ content }) => content)).toContain('hello');
    const inputs = session.inputs();
    const first = inputs.next();
    await control.input(session.sessionId, { input_type: 'message', text: 'faster' });
    expect(await first).toEqual({ value: { input_type: 'message', text: 'faster' }, done: false });
    const end = inputs.next();
    await session.complete('done');
    expect(await end).toEqual({ value: undefined, done: true });
    expect((await control.sessions({ state: 'completed' })).map(({ session_id }) => session_id)).toEqual([
      session.sessionId,
    ]);
    const types: string[] = [];
    for await (const { type } of control.watch({ afterSeq: 0 })) {
      types.push(type);
      if (
        types.filter((each) => each === 'session.changed').length > 0 &&
        (await control.status()).journal.head_seq === types.length
      )
        break;
    }
    expect(types).toContain('ask.settled');
  });

  test('two operators answer at once: one wins, the other is told', async () => {
    const daemon = await DaemonProcess.start();
    const session = await (await daemon.runtime()).openSession({ name: 'race' });
    const { ask } = await session.openAsk({ kind: 'approval', message: 'Go?' });
    const operators = await Promise.all([daemon.control(), daemon.control()]);
    const verdicts = await Promise.all(
      operators.map(async (each, i) => (await each.answer(ask.ask_id, i === 0)).verdict),
    );
    expect(verdicts.toSorted()).toEqual(['lost', 'won']);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('an ask waits on over %s and is answered afterwards', async (signal) => {
    const daemon = await DaemonProcess.start();
    const session = await (await daemon.runtime()).openSession({ name: 'patient', key: 'p' });
    const approved = session.askApproval('Still there?', { key: 'k' });
    const control = await daemon.control();
    const watch = control.watch({ snapshot: true, types: ['ask.opened'] });
    if ((await watch.snapshot).asks.length === 0) await next(watch, 'ask.opened');
    await daemon.end(signal);
    await daemon.restart();
    expect(await answerNext(control, true)).toBe('won');
    expect(await approved).toBe(true);
  });

  test('writers over kill -9: everything acknowledged is there, once; the watcher has it in order', async () => {
    const daemon = await DaemonProcess.start();
    const control = await daemon.control();
    const session = await (await daemon.runtime()).openSession({ name: 'writer' });
    const start = session.record?.changed_seq ?? 0;
    const acked: number[] = [];
    const total = 400;
    const writing = (async () => {
      for (let n = 0; n < total; n += 1)
        acked.push(await session.emit({ event_type: 'status_update', message: `${n}` }));
    })();
    const killing = (async () => {
      for (const share of [0.2, 0.4, 0.6, 0.8]) {
        while (acked.length < total * share) await control.ping();
        await daemon.end('SIGKILL');
        await daemon.restart();
      }
    })();
    const messages: string[] = [];
    const seqs: number[] = [];
    for await (const event of control.watch({ afterSeq: start, types: ['session.event'] })) {
      if (event.type !== 'session.event' || event.payload.event_type !== 'status_update') continue;
      messages.push(event.payload.message);
      seqs.push(event.seq);
      if (messages.length === total) break;
    }
    await Promise.all([writing, killing]);
    expect(messages).toEqual(Array.from({ length: total }, (_, n) => `${n}`));
    expect(seqs).toEqual(acked);
  });

  test('a watch cut a hundred times has every event once', async () => {
    const daemon = await DaemonProcess.start();
    const control = await daemon.control();
    const session = await (await daemon.runtime()).openSession({ name: 'cut' });
    const watch = control.watch({ afterSeq: 0 });
    const total = 1_000;
    const cutting = (async () => {
      for (let cuts = 0; cuts < 100; ) {
        for (const { client_id, subscribed } of await control.clients()) {
          if (!subscribed) continue;
          await control.disconnectClient(client_id);
          cuts += 1;
        }
      }
    })();
    const writing = (async () => {
      for (let n = 0; n < total; n += 1) await session.emit({ event_type: 'status_update', message: `${n}` });
      await cutting;
      await session.complete();
    })();
    const seqs: number[] = [];
    for await (const event of watch) {
      if ('seq' in event) seqs.push(event.seq);
      if (event.type === 'session.changed' && event.payload.state === 'completed') break;
    }
    await writing;
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
    expect(seqs.length).toBeGreaterThanOrEqual(total + 2);
  });

  test('a snapshot that does not fit a line is complete, while sessions come and change', async () => {
    const daemon = await DaemonProcess.start();
    const [runtime, control] = [await daemon.runtime(), await daemon.control()];
    const note = 'x'.repeat(8_000);
    const open = (n: number): ReturnType<typeof runtime.openSession> =>
      runtime.openSession({ name: `s${n}`, metadata: { note } });
    const sessions = await Promise.all(Array.from({ length: 300 }, (_, n) => open(n)));
    await sessions[200]?.pause();
    const watch = control.watch({ snapshot: true });
    const busy = Promise.all([open(300), sessions[150]?.complete(), sessions[299]?.pause()]);
    const snapshot = await watch.snapshot;
    const state = new Map(snapshot.sessions.map(({ session_id, state }) => [session_id, state]));
    await busy;
    await control.pause();
    for await (const event of watch) {
      if (event.type === 'session.opened' || event.type === 'session.changed')
        state.set(event.payload.session_id, event.payload.state);
      if (event.type === 'daemon.changed') break;
    }
    const live = [...state].filter(([, each]) => each !== 'completed');
    const now = (await control.sessions()).filter(({ state }) => state !== 'completed');
    expect(new Map(live)).toEqual(new Map(now.map(({ session_id, state }) => [session_id, state])));
    expect(live.length).toBe(300);
  });

  test('a session a client holds is connected, until the client is gone', async () => {
    const daemon = await DaemonProcess.start();
    const [runtime, control] = [await daemon.runtime(), await daemon.control()];
    const { sessionId } = await runtime.openSession({ name: 'held' });
    expect((await control.session(sessionId)).connected).toBe(true);
    await daemon.end('SIGKILL');
    await daemon.restart();
    // In one queue with what the SDK itself sends on the new connection, and so after it.
    await runtime.ping();
    expect((await control.session(sessionId)).connected).toBe(true);
    const watch = control.watch({ types: ['client.disconnected'] });
    await watch.ready;
    await runtime.close();
    await next(watch, 'client.disconnected');
    expect((await control.session(sessionId)).connected).toBe(false);
  });
});
