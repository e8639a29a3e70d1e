import type { Duplex } from 'node:stream';

// Written at once beyond this, so that the client can begin while the daemon goes on.
const LINES_AT_ONCE = 16;
// Keeps a socket busy. A feed needs no more waiting: what comes after it is in the journal at any time.
const FEED_BYTES = 262_144;

/**
 * What a client is yet to get. Lines of one turn are joined into one write; `isFull` says that the client takes too
 * little, and whoever fills the outbox stops until `onDrain`.
 */
export class Outbox {
  #stream: Duplex;
  #limitBytes: () => number;
  #lines: string[] = [];
  #lineBytes = 0;
  #scheduled = false;

  constructor(stream: Duplex, limitBytes: () => number) {
    this.#stream = stream;
    this.#limitBytes = limitBytes;
  }

  /** Bytes that the client has not taken yet. */
  get waitingBytes(): number {
    return this.#lineBytes + this.#stream.writableLength;
  }

  get isFull(): boolean {
    return this.waitingBytes >= this.#limitBytes();
  }

  /** The same for a feed, which stops earlier. */
  get isFullForFeed(): boolean {
    return this.waitingBytes >= Math.min(FEED_BYTES, this.#limitBytes());
  }

  addLine(line: string): void {
    this.#lines.push(line);
    this.#lineBytes += line.length + 1;
    if (this.#lines.length >= LINES_AT_ONCE) return this.flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => this.flush());
  }

  /** Adds whole lines that others get too, with their ends. */
  addBytes(bytes: Buffer): void {
    this.flush();
    this.#write(bytes);
  }

  /**
   * Finds out whether a client that has sent its last byte is still there: writing nothing fails where nobody can take
   * anything any more, and is not noticed where somebody can.
   */
  probe(): void {
    if (this.waitingBytes === 0) this.#write(Buffer.alloc(0));
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#lines.length === 0) return;
    const joined = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#lineBytes = 0;
    // All lines are ASCII.
    this.#write(joined);
  }

  #write(data: string | Buffer): void {
    if (this.#stream.writable) this.#stream.write(data, 'latin1');
  }
}
