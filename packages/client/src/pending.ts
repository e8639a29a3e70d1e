import type { Limits } from '@proj/protocol';
import { ClientError } from './errors.ts';
import type { PendingRequest } from './pending-request.ts';

/** Requests written and unanswered at once, beside as many waits, unless the daemon allows fewer. */
const WINDOW = 256;

/** One kind of request: those written and unanswered, at most `window`, and behind them those that wait their turn. */
class Lane {
  window = WINDOW;
  queued: Map<string, PendingRequest> = new Map();
  readonly written: Map<string, PendingRequest> = new Map();

  next(): PendingRequest | undefined {
    if (this.queued.size === 0 || this.written.size >= this.window) return undefined;
    for (const [id, request] of this.queued) {
      this.queued.delete(id);
      this.written.set(id, request);
      return request;
    }
    return undefined;
  }

  putBack(requests: readonly PendingRequest[]): void {
    if (requests.length === 0) return;
    for (const request of requests) this.written.delete(request.id);
    this.queued = new Map([...requests.map((request) => [request.id, request] as const), ...this.queued]);
  }
}

/**
 * All requests without a reply, in the order they were made. Waits have a lane of their own, as the daemon counts them
 * beside the others.
 */
export class PendingRequests {
  readonly #requests = new Lane();
  readonly #waits = new Lane();
  readonly #maxQueued: number;

  constructor(maxQueued: number) {
    this.#maxQueued = maxQueued;
  }

  get size(): number {
    return this.#lanes().reduce((sum, { queued, written }) => sum + queued.size + written.size, 0);
  }

  setWindows({ in_flight, waits }: Pick<Limits, 'in_flight' | 'waits'>): void {
    this.#requests.window = Math.max(1, Math.min(WINDOW, in_flight));
    this.#waits.window = Math.max(1, Math.min(WINDOW, waits));
  }

  /** @throws ClientError `too_many_pending` when as many as may wait their turn do so. */
  add(request: PendingRequest): void {
    const queued = this.#requests.queued.size + this.#waits.queued.size;
    if (queued >= this.#maxQueued) {
      throw new ClientError('too_many_pending', `${this.#maxQueued} requests wait to be written already`);
    }
    this.#laneOf(request).queued.set(request.id, request);
  }

  /** The next one to write, which counts as written from now on; undefined when none may be. */
  next(): PendingRequest | undefined {
    return this.#requests.next() ?? this.#waits.next();
  }

  /** The request a reply is for. Its place in the window is free again. */
  take(id: string): PendingRequest | undefined {
    for (const { written } of this.#lanes()) {
      const request = written.get(id);
      if (request === undefined) continue;
      written.delete(id);
      return request;
    }
    return undefined;
  }

  /** Nobody waits for it any more. Once written it keeps its place, for the daemon still works on it. */
  forget(request: PendingRequest): void {
    this.#laneOf(request).queued.delete(request.id);
  }

  /** Puts one that was refused for now in front of the queue. */
  putBack(request: PendingRequest): void {
    this.#laneOf(request).putBack([request]);
  }

  /** After a connection broke: what may be repeated is queued again in front; gives those that may not. */
  lose(): PendingRequest[] {
    return this.#lanes().flatMap((lane) => {
      const open = [...lane.written.values()].filter(({ settled }) => !settled);
      lane.written.clear();
      lane.putBack(open.filter(({ isRepeatable }) => isRepeatable));
      return open.filter(({ isRepeatable }) => !isRepeatable);
    });
  }

  /** Everything there is, which is nothing afterwards. */
  drain(): PendingRequest[] {
    const all = this.#lanes().flatMap(({ queued, written }) => [...written.values(), ...queued.values()]);
    for (const { queued, written } of this.#lanes()) {
      queued.clear();
      written.clear();
    }
    return all;
  }

  #laneOf({ isWait }: PendingRequest): Lane {
    return isWait ? this.#waits : this.#requests;
  }

  #lanes(): [Lane, Lane] {
    return [this.#requests, this.#waits];
  }
}
