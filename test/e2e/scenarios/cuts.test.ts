import { join } from 'node:path';
import { connectControl, type WatchEvent } from '@proj/client';
import { expect } from 'vitest';
import { CuttingProxy } from '../support/cutting-proxy.ts';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

const cuts = 100;
const restarts = 5;

interface Writer {
  wire: Wire;
  sessionId: string;
}

async function openWriter(scene: Scene, { runtime }: Pick<Daemon, 'runtime'>): Promise<Writer> {
  const wire = await scene.connect(runtime);
  const { session } = await wire.request('session.open', { name: 'writer', key: 'writer' });
  return { wire, sessionId: session.session_id };
}

async function emit({ wire, sessionId }: Writer, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const event = { event_type: 'status_update', message: 'x'.repeat(200) };
    await wire.request('session.emit', { session_id: sessionId, event });
  }
}

async function readTo(events: AsyncIterable<WatchEvent>, last: Promise<number>): Promise<number[]> {
  const seqs: number[] = [];
  let end = Number.POSITIVE_INFINITY;
  void last.then((seq) => (end = seq));
  for await (const event of events) {
    if ('seq' in event) seqs.push(event.seq);
    if ((seqs.at(-1) ?? 0) >= end) break;
  }
  return seqs;
}

test(`S-7: a watcher that is cut ${cuts} times has every event once (S-24)`, async ({ scene }) => {
  const daemon = await scene.daemon();
  const writer = await openWriter(scene, daemon);
  const socketPath = join(scene.folder, 'p.sock');
  const proxy = await CuttingProxy.open(socketPath, daemon.control);
  const control = await connectControl({ socketPath, reconnect: { minMs: 1, maxMs: 5 } });
  const last = Promise.withResolvers<number>();
  const watch = control.watch({ afterSeq: 0 });
  const reading = readTo(watch, last.promise);
  for (let cut = 0; cut < cuts; cut += 1) {
    await emit(writer, 5);
    await proxy.cut();
  }
  // The last event comes after the number of it is known, so that the reader sees its end.
  const head = (await (await scene.connect(daemon.control)).request('daemon.status', {})).journal.head_seq;
  last.resolve(head + 1);
  await emit(writer, 1);
  const seqs = await reading;
  await control.close();
  proxy.close();
  expect(seqs).toEqual(Array.from({ length: head + 1 }, (_none, at) => at + 1));
  expect(proxy.cuts).toBe(cuts);
});

test(`S-7: a watcher sees ${restarts} kills of the daemon as one feed`, async ({ scene }) => {
  const dir = scene.dir();
  let daemon = await scene.daemon({ dir });
  const control = await connectControl({ dir, reconnect: { minMs: 1, maxMs: 20 } });
  const last = Promise.withResolvers<number>();
  const reading = readTo(control.watch({ afterSeq: 0 }), last.promise);
  for (let restart = 0; restart < restarts; restart += 1) {
    await emit(await openWriter(scene, daemon), 20);
    await daemon.crash();
    daemon = await scene.daemon({ dir });
  }
  const writer = await openWriter(scene, daemon);
  const head = (await control.status()).journal.head_seq;
  last.resolve(head + 1);
  await emit(writer, 1);
  const seqs = await reading;
  await control.close();
  expect(seqs).toEqual(Array.from({ length: head + 1 }, (_none, at) => at + 1));
  expect(seqs.length).toBeGreaterThan(restarts * 20);
});

test('S-7: a client that starts first waits for the daemon', async ({ scene }) => {
  const dir = scene.dir();
  const connecting = connectControl({ dir, waitForDaemon: true, reconnect: { minMs: 1, maxMs: 20 } });
  const daemon = await scene.daemon({ dir });
  const control = await connecting;
  expect((await control.status()).pid).toBe(daemon.program.pid);
  await control.close();
});

test('A-19: what a person says reaches the session once, over cuts and a kill', async ({ scene }) => {
  const first = await scene.daemon();
  const { sessionId } = await openWriter(scene, first);
  const told = async (daemon: Daemon, text: string): Promise<number> => {
    const operator = await scene.connect(daemon.control);
    const payload = { session_id: sessionId, input: { input_type: 'message', text }, input_id: `i-${text}` };
    const { seq } = await operator.request('session.input', payload);
    expect(await operator.request('session.input', payload)).toEqual({ seq });
    return seq;
  };
  const received = async (daemon: Daemon, afterSeq: number): Promise<{ text: unknown; seq: number }> => {
    const wire = await scene.connect(daemon.runtime);
    const { input, seq } = await wire.request('session.receive', { session_id: sessionId, after_seq: afterSeq });
    wire.close();
    return { text: input !== null && 'text' in input ? input.text : undefined, seq };
  };
  const one = await told(first, 'one');
  const two = await told(first, 'two');
  expect(await received(first, 0)).toEqual({ text: 'one', seq: one });
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  const three = await told(second, 'three');
  expect(await received(second, one)).toEqual({ text: 'two', seq: two });
  expect(await received(second, two)).toEqual({ text: 'three', seq: three });
});
