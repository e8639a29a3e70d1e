// A sweep is due at the earliest deadline, but never sooner than this after the one before.
const SWEEP_MS = 10;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Deadline {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  expire(): void;
}

/** Deadlines that share one timer: an entry costs no timer of its own. None fires early; late by some 10 ms at most. */
export class Deadlines {
  readonly #entries = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sweepAt = Number.POSITIVE_INFINITY;

  add(deadline: Deadline): void {
    this.#entries.add(deadline);
    if (deadline.at < this.#sweepAt) this.#arm(deadline.at);
  }

  /** The timer stays as it is: finding nothing due costs less than re-arming it for each request. */
  remove(deadline: Deadline): void {
    this.#entries.delete(deadline);
  }

  clear(): void {
    this.#entries.clear();
    this.#disarm();
  }

  #arm(at: number): void {
    this.#disarm();
    this.#sweepAt = at;
    const inMs = Math.max(SWEEP_MS, Math.ceil(at - performance.now()));
    this.#timer = setTimeout(() => this.#sweep(), Math.min(inMs, LONGEST_TIMER_MS));
    // The socket or the reconnect timer keeps the process alive while a request waits; this must not outlive them.
    unref(this.#timer);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sweepAt = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = performance.now();
    const due = [...this.#entries].filter(({ at }) => at <= now);
    for (const deadline of due) this.#entries.delete(deadline);
    const next = Math.min(...[...this.#entries].map(({ at }) => at), Number.POSITIVE_INFINITY);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const deadline of due) deadline.expire();
  }
}

function unref(timer: ReturnType<typeof setTimeout>): void {
  // In a browser a timer is a number.
  if (typeof timer === 'object') timer.unref();
}
