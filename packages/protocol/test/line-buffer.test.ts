import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LineBuffer, ProtocolError } from '../src/index.ts';
import { bytesOf, readVectors, type StreamVector } from './vectors.ts';

const LIMIT = 1_048_576;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Cut {
  lines: string[];
  error?: string;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('every vector', () => {
  const vectors = readVectors<StreamVector>('streams.json');

  test.each(vectors)('$name, in one chunk', (vector) => {
    expect(shape(cut([bytesOf(vector)], vector.frame_bytes), vector)).toEqual(expected(vector));
  });

  test.each(vectors)('$name, byte by byte', (vector) => {
    const bytes = bytesOf(vector);
    const chunks = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    expect(shape(cut(chunks, vector.frame_bytes), vector)).toEqual(expected(vector));
  });
});

test('wherever a stream is cut in three, the lines are the same', () => {
  const bytes = encoder.encode('{"a":1}\r\n\n \r\n{"b":"\u00e9"}\nlast\r\nrest');
  for (let i = 0; i <= bytes.length; i++) {
    for (let k = i; k <= bytes.length; k++) {
      const chunks = [bytes.subarray(0, i), bytes.subarray(i, k), bytes.subarray(k)];
      expect(cut(chunks, 12)).toEqual({ lines: ['{"a":1}', '{"b":"\u00e9"}', 'last'] });
    }
  }
});

test('any stream in any chunks gives the same lines and the same end', () => {
  const stream = fc.string({ unit: fc.constantFrom('a', '\r', '\n', ' ', '\u00e9'), maxLength: 60 });
  const sizes = fc.array(fc.nat({ max: 7 }), { maxLength: 80 });
  fc.assert(
    fc.property(stream, sizes, (text, cuts) => {
      const bytes = encoder.encode(text);
      expect(cut(chunked(bytes, cuts), 8)).toEqual(cut([bytes], 8));
    }),
    { numRuns: 2_000 },
  );
});

test('lines pushed together are taken one by one', () => {
  const buffer = new LineBuffer(16);
  buffer.push(encoder.encode('a\nb\n'));
  buffer.push(encoder.encode('c\n'));
  expect(
    [buffer.take(), buffer.take(), buffer.take(), buffer.take()].map((line) => line && decoder.decode(line)),
  ).toEqual(['a', 'b', 'c', undefined]);
});

test('says how much of a line has begun', () => {
  const buffer = new LineBuffer(16);
  const started = ['{"a"', ':1', '}\n', '\n', '{'].map((text) => {
    buffer.push(encoder.encode(text));
    while (buffer.take() !== undefined);
    return buffer.startedBytes;
  });
  expect(started).toEqual([4, 6, 0, 0, 1]);
});

test('a line that has been taken stays as it is while the next one arrives', () => {
  const buffer = new LineBuffer(16);
  buffer.push(encoder.encode('first'));
  buffer.push(encoder.encode(' line\nsec'));
  const line = buffer.take();
  expect(buffer.take()).toBeUndefined();
  expect(line && decoder.decode(line)).toBe('first line');
});

describe('a line above the limit', () => {
  test('is refused before it ends, and never held', () => {
    const buffer = new LineBuffer(8);
    buffer.push(encoder.encode('x'.repeat(1_000)));
    expect(() => buffer.take()).toThrow('a line may have 8 bytes at most');
    expect(buffer.startedBytes).toBe(0);
  });

  test('is an error with the limit', () => {
    const buffer = new LineBuffer(8);
    buffer.push(encoder.encode('123456789\n'));
    const body = { code: 'frame_too_large', message: 'a line may have 8 bytes at most', details: { limit: 8 } };
    expect(refusal(buffer).toBody()).toEqual(body);
  });

  test.each(['123456789\n{}\n', '12345678901234'])('ends the stream: %j', (text) => {
    const buffer = new LineBuffer(8);
    buffer.push(encoder.encode(text));
    const first = refusal(buffer);
    buffer.push(encoder.encode('{}\n'));
    expect(refusal(buffer)).toBe(first);
  });

  test('may come in small chunks: never more than the limit and a line end are held', () => {
    const buffer = new LineBuffer(100);
    const held = Array.from(`${'x'.repeat(100)}\r`, (byte) => {
      buffer.push(encoder.encode(byte));
      buffer.take();
      return buffer.startedBytes;
    });
    expect(Math.max(...held)).toBe(101);
    buffer.push(encoder.encode('x'));
    expect(refusal(buffer).code).toBe('frame_too_large');
  });
});

describe('the work', () => {
  test('is linear: a frame of the largest size, written byte by byte, is copied a few times and searched once', () => {
    const work = countWork();
    const buffer = new LineBuffer(LIMIT);
    const byte = encoder.encode('x');
    for (let i = 0; i < LIMIT; i++) {
      buffer.push(byte);
      buffer.take();
    }
    buffer.push(encoder.encode('\n'));
    expect(buffer.take()?.length).toBe(LIMIT);
    expect(work.searched).toBeLessThanOrEqual(LIMIT + 1);
    expect(work.copied).toBeLessThanOrEqual(3 * LIMIT);
  });

  test('copies nothing of lines that come whole', () => {
    const bytes = encoder.encode(`${'x'.repeat(1_000)}\n`.repeat(100));
    const work = countWork();
    const buffer = new LineBuffer(LIMIT);
    buffer.push(bytes);
    while (buffer.take() !== undefined);
    expect(work).toEqual({ copied: 0, searched: bytes.length });
  });
});

function countWork(): { copied: number; searched: number } {
  const work = { copied: 0, searched: 0 };
  const set: Uint8Array['set'] = Reflect.get(Uint8Array.prototype, 'set');
  const indexOf: Uint8Array['indexOf'] = Reflect.get(Uint8Array.prototype, 'indexOf');
  vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, from, at) {
    work.copied += from.length;
    set.call(this, from, at);
  });
  vi.spyOn(Uint8Array.prototype, 'indexOf').mockImplementation(function (this: Uint8Array, byte, start = 0) {
    const found = indexOf.call(this, byte, start);
    work.searched += (found === -1 ? this.length : found + 1) - start;
    return found;
  });
  return work;
}

function cut(chunks: Uint8Array[], frameBytes: number): Cut {
  const buffer = new LineBuffer(frameBytes);
  const lines: string[] = [];
  try {
    for (const chunk of chunks) {
      buffer.push(chunk);
      for (let line = buffer.take(); line !== undefined; line = buffer.take()) lines.push(decoder.decode(line));
    }
    return { lines };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { lines, error: error.code };
  }
}

function chunked(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  let at = 0;
  const chunks = sizes.map((size) => bytes.subarray(at, (at += size)));
  return [...chunks, bytes.subarray(at)];
}

function refusal(buffer: LineBuffer): ProtocolError {
  try {
    buffer.take();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
  }
  throw new Error('expected a ProtocolError');
}

// A vector may give a line by its length alone.
function shape({ lines, error }: Cut, vector: StreamVector): unknown {
  const shaped = lines.map((line, i) =>
    typeof vector.lines[i] === 'string' ? line : { bytes: encoder.encode(line).length },
  );
  return { lines: shaped, error };
}

function expected({ lines, error }: StreamVector): unknown {
  return { lines, error };
}
