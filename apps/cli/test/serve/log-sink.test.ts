import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { type LogSink, type LogStream, logSink } from '../../src/serve/log-sink.ts';

interface Reader {
  stream: Writable;
  lines: string[];
  /** Takes what waits, and everything from then on. */
  read(): void;
}

/** A pipe whose reader takes nothing until it is told to. */
function unreadPipe(): Reader {
  const lines: string[] = [];
  let held: Array<() => void> | undefined = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      lines.push(text.trimEnd());
      if (held === undefined) done();
      else held.push(done);
    },
  });
  const read = (): void => {
    const waiting = held ?? [];
    held = undefined;
    for (const done of waiting) done();
  };
  return { stream, lines, read };
}

function sinkOn(stream: Writable, limitBytes?: number): LogSink {
  return logSink(stream, {
    ...(limitBytes !== undefined && { limitBytes }),
    droppedLine: (count) => `dropped ${count}`,
  });
}

test('lines go out in order', () => {
  const { stream, lines, read } = unreadPipe();
  read();
  const sink = sinkOn(stream);
  sink.write('one');
  sink.write('two');
  expect(lines).toEqual(['one', 'two']);
  expect(sink.dropped).toBe(0);
});

test('R24: a pipe that nobody reads costs the limit and no more, and the loss is told once there is room', async () => {
  const { stream, lines, read } = unreadPipe();
  const sink = sinkOn(stream, 1000);
  for (let at = 0; at < 5000; at += 1) sink.write('x'.repeat(99));
  expect(stream.writableLength).toBeLessThanOrEqual(1000);
  expect(sink.dropped).toBe(4990);
  read();
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
  sink.write('after');
  expect(lines.slice(-2)).toEqual(['dropped 4990', 'after']);
});

test('R24: a full disk costs the lines of that time, and their number is told afterwards', () => {
  const lines: string[] = [];
  let full = true;
  // As a standard stream does: each write fails by itself, and the stream lives on.
  const stream: LogStream = {
    writableLength: 0,
    on: () => {},
    write: (text, done) => {
      if (!full) lines.push(text.trimEnd());
      done(full ? new Error('ENOSPC') : null);
      return true;
    },
  };
  const sink = logSink(stream, { droppedLine: (count) => `dropped ${count}` });
  sink.write('lost');
  sink.write('lost too');
  full = false;
  sink.write('after');
  sink.write('next');
  expect(lines).toEqual(['dropped 2', 'after', 'next']);
  expect(sink.dropped).toBe(2);
});
