import { ProtocolError } from './errors.ts';

const LF = 10;
const CR = 13;
const SMALLEST = 4_096;

/**
 * Cuts a stream of bytes into lines. `push` what arrives, then `take` lines until there is none.
 *
 * The work is linear in the bytes, whatever the chunks: a new chunk is searched once, and an unfinished line lies in
 * one buffer that doubles. It never holds more of an unfinished line than `frameBytes` and a line end. CRLF ends a
 * line like LF; blank lines are left out. The returned bytes are valid until the next `push`.
 */
export class LineBuffer {
  #frameBytes: number;
  #chunks: Uint8Array[] = [];
  #offset = 0;
  #partial = new Uint8Array(0);
  #partialLength = 0;
  #refused: ProtocolError | undefined;

  constructor(frameBytes: number) {
    this.#frameBytes = frameBytes;
  }

  /** Bytes of the line that has begun and has no end yet; 0 between lines. */
  get startedBytes(): number {
    return this.#partialLength;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0 && this.#refused === undefined) this.#chunks.push(chunk);
  }

  /**
   * The next complete line without its end, or undefined.
   * @throws ProtocolError `frame_too_large` when a line is longer than `frameBytes`, finished or not, and from then on
   * at each call: nothing can be read after that.
   */
  take(): Uint8Array | undefined {
    if (this.#refused !== undefined) throw this.#refused;
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const end = chunk.indexOf(LF, this.#offset);
      if (end === -1) {
        this.#keep(chunk.subarray(this.#offset));
        this.#dropChunk();
        continue;
      }
      const line = this.#finish(chunk.subarray(this.#offset, end));
      this.#offset = end + 1;
      if (this.#offset === chunk.length) this.#dropChunk();
      if (line.length > this.#frameBytes) throw this.#refuse();
      if (!isBlank(line)) return line;
    }
    return undefined;
  }

  #dropChunk(): void {
    this.#chunks.shift();
    this.#offset = 0;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const length = this.#partialLength + bytes.length;
    // A CR after the last byte that may be there can belong to a line end.
    const most = this.#frameBytes + (bytes.at(-1) === CR ? 1 : 0);
    if (length > most) throw this.#refuse();
    if (length > this.#partial.length) this.#grow(length);
    this.#partial.set(bytes, this.#partialLength);
    this.#partialLength = length;
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(SMALLEST, Math.min(length * 2, this.#frameBytes + 1)));
    larger.set(this.#partial.subarray(0, this.#partialLength));
    this.#partial = larger;
  }

  #finish(rest: Uint8Array): Uint8Array {
    if (this.#partialLength === 0) return withoutReturn(rest);
    this.#keep(rest);
    const line = this.#partial.subarray(0, this.#partialLength);
    this.#partial = new Uint8Array(0);
    this.#partialLength = 0;
    return withoutReturn(line);
  }

  #refuse(): ProtocolError {
    const limit = this.#frameBytes;
    const message = `a line may have ${limit} bytes at most`;
    this.#refused = new ProtocolError('frame_too_large', message, { details: { limit } });
    this.#chunks = [];
    this.#partial = new Uint8Array(0);
    this.#partialLength = 0;
    return this.#refused;
  }
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 32 || byte === 9);
}
