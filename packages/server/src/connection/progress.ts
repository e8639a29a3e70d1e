import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { ProtocolError } from '@proj/protocol';

/** Whether a client takes what is waiting for it: any byte in `slow_consumer_ms` will do. */
export class Progress {
  #stream: Duplex;
  #limitMs: () => number;
  #waiting = 0;
  #since = performance.now();

  constructor(stream: Duplex, limitMs: () => number) {
    this.#stream = stream;
    this.#limitMs = limitMs;
  }

  faultAt(now: number): ProtocolError | undefined {
    const waiting = untaken(this.#stream);
    if (waiting === 0 || waiting !== this.#waiting) {
      this.#waiting = waiting;
      this.#since = now;
      return undefined;
    }
    const limit = this.#limitMs();
    if (now - this.#since < limit) return undefined;
    return new ProtocolError('slow_consumer', `the client took nothing for ${limit} ms`, { details: { limit } });
  }
}

// `writableLength` falls when a whole write is done; the handle's queue falls with each byte the client takes.
function untaken(stream: Duplex): number {
  const handle: unknown = '_handle' in stream ? stream._handle : undefined;
  const hasQueue = typeof handle === 'object' && handle !== null && 'writeQueueSize' in handle;
  return stream.writableLength === 0 ? 0 : hasQueue ? Number(handle.writeQueueSize) : stream.writableLength;
}
