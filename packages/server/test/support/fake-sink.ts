import type { ProtocolError } from '@proj/protocol';
import type { Sink } from '../../src/feed/cursor.ts';

/** Where bytes go. It is full after `room` writes until it is emptied. */
export class FakeSink implements Sink {
  readonly written: Buffer[] = [];
  readonly failures: ProtocolError[] = [];
  #room: number;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }

  get isFull(): boolean {
    return this.#room <= 0;
  }

  give(room: number): void {
    this.#room = room;
  }

  write(bytes: Buffer): void {
    this.#room--;
    this.written.push(bytes);
  }

  fail(error: ProtocolError): void {
    this.failures.push(error);
  }

  get lines(): Record<string, unknown>[] {
    const text = Buffer.concat(this.written).toString('latin1');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  get seqs(): unknown[] {
    return this.lines.map((line) => line['seq']);
  }
}
