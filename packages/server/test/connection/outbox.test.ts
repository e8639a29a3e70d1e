import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Outbox } from '../../src/connection/outbox.ts';

test('lines of one turn leave in one write', async () => {
  const { outbox, chunks } = start();
  outbox.addLine('a');
  outbox.addLine('b');
  expect(texts(chunks)).toEqual([]);
  await nextTurn();
  expect(texts(chunks)).toEqual(['a\nb\n']);
  outbox.addLine('c');
  await nextTurn();
  expect(texts(chunks)).toEqual(['a\nb\n', 'c\n']);
});

test('many lines leave before the turn ends', () => {
  const { outbox, chunks } = start();
  for (let i = 0; i < 17; i++) outbox.addLine('x');
  expect(texts(chunks)).toEqual(['x\n'.repeat(16)]);
});

test('bytes never overtake lines', () => {
  const { outbox, chunks } = start();
  outbox.addLine('reply');
  outbox.addBytes(Buffer.from('event\n'));
  outbox.addLine('later');
  outbox.flush();
  expect(texts(chunks)).toEqual(['reply\n', 'event\n', 'later\n']);
});

test('bytes that others get too are not copied', () => {
  const { outbox, chunks } = start();
  const bytes = Buffer.from('event\n');
  outbox.addBytes(bytes);
  expect(chunks[0]).toBe(bytes);
});

test('a feed stops at 256 KiB, or at the limit where that is lower', () => {
  const { outbox } = start();
  outbox.addBytes(Buffer.alloc(9));
  expect(outbox.isFullForFeed).toBe(outbox.isFull);
  const roomy = new Outbox(new Duplex({ read: () => {}, write: () => {} }), () => 1_048_576);
  roomy.addBytes(Buffer.alloc(262_143));
  expect(roomy.isFullForFeed).toBe(false);
  roomy.addBytes(Buffer.alloc(1));
  expect([roomy.isFullForFeed, roomy.isFull]).toEqual([true, false]);
});

test('it is full from the limit on, counting what is still to be written', () => {
  const { outbox } = start({ limit: 10 });
  outbox.addLine('12345678');
  expect([outbox.waitingBytes, outbox.isFull]).toEqual([9, false]);
  outbox.addLine('');
  expect([outbox.waitingBytes, outbox.isFull]).toEqual([10, true]);
});

test('it is full while the client takes nothing, and no more when it has', () => {
  const { outbox, take } = start({ limit: 10, isStuck: true });
  outbox.addBytes(Buffer.alloc(12));
  expect([outbox.waitingBytes, outbox.isFull]).toEqual([12, true]);
  take();
  expect([outbox.waitingBytes, outbox.isFull]).toEqual([0, false]);
});

test('the limit in force counts', () => {
  let limit = 5;
  const { stream } = start();
  const outbox = new Outbox(stream, () => limit);
  outbox.addLine('123456');
  expect(outbox.isFull).toBe(true);
  limit = 50;
  expect(outbox.isFull).toBe(false);
});

test('a stream that has ended gets nothing more', async () => {
  const { outbox, stream, chunks } = start();
  stream.end();
  outbox.addLine('late');
  outbox.addBytes(Buffer.from('late\n'));
  await nextTurn();
  expect([chunks, outbox.waitingBytes]).toEqual([[], 0]);
});

function start({ limit = 1_000, isStuck = false }: { limit?: number; isStuck?: boolean } = {}) {
  const chunks: Buffer[] = [];
  let taken: (() => void) | undefined;
  const stream = new Duplex({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      if (isStuck) taken = done;
      else done();
    },
    read: () => {},
  });
  return {
    stream,
    outbox: new Outbox(stream, () => limit),
    chunks,
    take: () => taken?.(),
  };
}

function texts(chunks: readonly Buffer[]): string[] {
  return chunks.map(String);
}
