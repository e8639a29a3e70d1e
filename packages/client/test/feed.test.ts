import { expect, test } from 'vitest';
import { type Control, connectControl } from '../src/index.ts';
import { eventLine, helloOf } from './support/fake-daemon.ts';
import { MemoryTransport } from './support/memory-transport.ts';

/** Greets, accepts the subscription, and delivers these events. */
async function serve(transport: MemoryTransport, seqs: number[]): Promise<void> {
  const write = (value: object): void => transport.deliver(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  while (transport.written.length === 0) await Promise.resolve();
  write({ v: 1, id: 'hello', ok: true, payload: helloOf(0) });
  while (transport.written.length === 1) await Promise.resolve();
  const { id } = JSON.parse(transport.written[1] ?? '{}');
  write({ v: 1, id, ok: true, payload: { head_seq: 0 } });
  for (const seq of seqs) write(eventLine(seq));
}

/** A client whose watches connect over these, one after the other. */
async function connectOver(transports: MemoryTransport[]): Promise<Control> {
  const own = new MemoryTransport();
  const all = [own, ...transports];
  const connecting = connectControl({
    connectTransport: (events, signal) => (all.shift() ?? own).connect(events, signal),
    reconnect: { minMs: 1, maxMs: 1 },
  });
  while (own.written.length === 0) await Promise.resolve();
  own.deliver(new TextEncoder().encode(`${JSON.stringify({ v: 1, id: 'hello', ok: true, payload: helloOf(0) })}\n`));
  return connecting;
}

test('reading stops when as much waits as may, and goes on when half of it is taken', async () => {
  const transport = new MemoryTransport();
  const control = await connectOver([transport]);
  const watch = control.watch({ afterSeq: 0, maxBuffered: 4 });
  await serve(transport, [1, 2, 3]);
  expect(transport.paused).toBe(false);
  const loop = watch[Symbol.asyncIterator]();
  transport.deliver(new TextEncoder().encode([4, 5].map((seq) => `${JSON.stringify(eventLine(seq))}\n`).join('')));
  expect(transport.paused).toBe(true);
  const story: unknown[] = [];
  for (let taken = 0; taken < 5; taken += 1) {
    const { value } = await loop.next();
    story.push([value !== undefined && 'seq' in value ? value.seq : value, transport.paused]);
  }
  expect(story).toEqual([
    [1, true],
    [2, true],
    [3, true],
    [4, false],
    [5, false],
  ]);
  await control.close();
});

test('a new connection is stopped too while as much waits', async () => {
  const [first, second] = [new MemoryTransport(), new MemoryTransport()];
  const control = await connectOver([first, second]);
  control.watch({ afterSeq: 0, maxBuffered: 2 });
  await serve(first, [1, 2]);
  expect(first.paused).toBe(true);
  first.close();
  while (second.events === undefined) await new Promise(setImmediate);
  await serve(second, [3]);
  expect(second.paused).toBe(true);
  await control.close();
});
