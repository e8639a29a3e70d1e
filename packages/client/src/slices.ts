/**
 * The longest a wait on the wire lasts before it is asked anew. The daemon keeps a wait nobody is interested in any more
 * (its caller was aborted) until it ends, so it must end.
 */
const SLICE_MS = 60_000;

/** A wait as a row of shorter ones. */
export class Slices {
  readonly #endsAt: number;

  /** Without a timeout it has no end. */
  constructor(timeoutMs: number = Number.POSITIVE_INFINITY) {
    this.#endsAt = performance.now() + timeoutMs;
  }

  /** Milliseconds for the next one; 0 looks once. */
  nextMs(): number {
    return Math.max(0, Math.min(SLICE_MS, Math.round(this.#endsAt - performance.now())));
  }

  get isOver(): boolean {
    return this.#endsAt <= performance.now();
  }
}
