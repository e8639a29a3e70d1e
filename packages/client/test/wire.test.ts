import { defaultLimits } from '@proj/protocol';
import { assert, asyncProperty, constantFrom, integer, array } from 'fast-check';
import { expect, test } from 'vitest';
import { connectControl } from '../src/index.ts';
import { Wire, type WireListener } from '../src/wire.ts';
import { eventLine, helloOf } from './support/fake-daemon.ts';
import { MemoryTransport } from './support/memory-transport.ts';

const never = new AbortController().signal;
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const greeting = (frameBytes = defaultLimits.frame_bytes): string =>
  line({ v: 1, id: 'hello', ok: true, payload: helloOf(0, { ...defaultLimits, frame_bytes: frameBytes }) });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Heard {
  wire: Wire;
  transport: MemoryTransport;
  story: unknown[];
}

function dial(): Heard {
  const transport = new MemoryTransport();
  const story: unknown[] = [];
  const listener: WireListener = {
    onOpen: () => story.push('open'),
    onMessage: (message, bytes) => story.push([message, bytes]),
    onDrain: () => story.push('drain'),
    onEnd: (cause) => story.push(cause),
  };
  return { wire: new Wire(listener), transport, story };
}

async function open(frameBytes?: number): Promise<Heard> {
  const heard = dial();
  const opening = heard.wire.open(heard.transport.connect, {}, never);
  await Promise.resolve();
  heard.transport.deliver(bytesOf(greeting(frameBytes)));
  await opening;
  return heard;
}

test('whatever the chunks, the messages are the same', async () => {
  const lines = [
    line(eventLine(1)),
    line(eventLine(2, { payload: { message: 'Grüße 🙂' } })),
    '\n',
    line({ v: 1, id: '1', ok: true, payload: {} }),
  ];
  const stream = bytesOf(greeting() + lines.join(''));
  const expected = [
    'open',
    ...lines.filter((each) => each !== '\n').map((each) => [expect.anything(), bytesOf(each).length - 1]),
  ];
  const sizes = array(integer({ min: 1, max: 200 }), { minLength: 1 });
  await assert(
    asyncProperty(sizes, constantFrom(1, 7, 64, 4_096), async (first, rest) => {
      const { wire, transport, story } = dial();
      const opening = wire.open(transport.connect, {}, never);
      await Promise.resolve();
      let offset = 0;
      for (const size of first) {
        transport.deliver(stream.subarray(offset, offset + size));
        offset += size;
      }
      for (; offset < stream.length; offset += rest) transport.deliver(stream.subarray(offset, offset + rest));
      await opening;
      expect(story).toEqual(expected);
    }),
  );
});

test('a line above the limit the daemon named ends it', async () => {
  const { transport, story } = await open(2_000);
  transport.deliver(bytesOf('x'.repeat(2_002)));
  expect(story).toEqual([
    'open',
    expect.objectContaining({ code: 'protocol_violation', message: 'the daemon sent a line above its own limit' }),
  ]);
});

test('a daemon may allow longer lines than the default', async () => {
  const { transport, story } = await open(3_000_000);
  transport.deliver(bytesOf(line(eventLine(1, { payload: { content: 'x'.repeat(2_000_000) } }))));
  expect(story).toEqual(['open', [expect.objectContaining({ kind: 'event' }), expect.any(Number)]]);
});

test('nothing is heard after the end', async () => {
  const { wire, transport, story } = await open();
  transport.deliver(bytesOf(`{"v":1}\nnonsense\n${line(eventLine(1))}`));
  expect(story).toEqual(['open', [{ kind: 'other' }, 7], expect.objectContaining({ code: 'protocol_violation' })]);
  transport.deliver(bytesOf(line(eventLine(2))));
  await wire.close();
  expect(story.length).toBe(3);
});

test('a transport that ends before the greeting is an error of the dial, not of the wire', async () => {
  const { wire, transport, story } = dial();
  const opening = wire.open(transport.connect, {}, never);
  await Promise.resolve();
  transport.close();
  await expect(opening).rejects.toMatchObject({ code: 'connection_lost' });
  expect(story).toEqual([]);
});

test('a greeting that makes no sense is a violation', async () => {
  const { wire, transport } = dial();
  const opening = wire.open(transport.connect, {}, never);
  await Promise.resolve();
  transport.deliver(bytesOf(line({ v: 1, id: 'hello', ok: true, payload: {} })));
  await expect(opening).rejects.toMatchObject({ code: 'protocol_violation' });
});

test('the SDK runs over any transport', async () => {
  const transport = new MemoryTransport();
  const connecting = connectControl({ connectTransport: transport.connect });
  await Promise.resolve();
  transport.deliver(bytesOf(greeting()));
  const control = await connecting;
  const ping = control.ping('n');
  transport.deliver(bytesOf(line({ v: 1, id: '1', ok: true, payload: { nonce: 'n', at: 'now' } })));
  expect(await ping).toEqual({ nonce: 'n', at: 'now' });
  expect(transport.written.map((each) => JSON.parse(each))).toEqual([
    { v: 1, id: 'hello', type: 'hello', payload: { client: '@proj/client', versions: [1] } },
    { v: 1, id: '1', type: 'ping', payload: { nonce: 'n' } },
  ]);
  await control.close();
});

test('nothing is written while the transport is full', async () => {
  const transport = new MemoryTransport();
  const connecting = connectControl({ connectTransport: transport.connect });
  await Promise.resolve();
  transport.deliver(bytesOf(greeting()));
  const control = await connecting;
  transport.full = true;
  const pings = Promise.allSettled(['a', 'b', 'c'].map((nonce) => control.ping(nonce)));
  expect(transport.written.length).toBe(2);
  transport.full = false;
  transport.events?.onDrain();
  expect(transport.written.length).toBe(4);
  await control.close();
  await pings;
});
