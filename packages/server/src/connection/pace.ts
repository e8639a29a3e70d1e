const WINDOW_MS = 100;

/** How fast lines are read: `lines_per_second` at most, in steps of 100 ms. 0 is no limit. */
export class Pace {
  #linesPerSecond: () => number;
  #onRefill: () => void;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(linesPerSecond: () => number, onRefill: () => void) {
    this.#linesPerSecond = linesPerSecond;
    this.#onRefill = onRefill;
  }

  get isSpent(): boolean {
    const rate = this.#linesPerSecond();
    return rate > 0 && this.#count >= Math.ceil((rate * WINDOW_MS) / 1000);
  }

  count(): void {
    if (this.#linesPerSecond() === 0) return;
    this.#count++;
    this.#timer ??= setTimeout(() => this.#refill(), WINDOW_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #refill(): void {
    this.#timer = undefined;
    this.#count = 0;
    this.#onRefill();
  }
}
