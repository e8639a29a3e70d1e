const WINDOW_MS = 100;

/** How fast lines are read: `lines_per_second` at most, in steps of 100 ms, or a line at a time. 0 is no limit. */
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
    return rate > 0 && this.#count >= linesAtOnce(rate);
  }

  count(): void {
    const rate = this.#linesPerSecond();
    if (rate === 0) return;
    this.#count++;
    this.#timer ??= setTimeout(() => this.#refill(), Math.ceil((linesAtOnce(rate) * 1000) / rate));
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

function linesAtOnce(rate: number): number {
  return Math.max(1, Math.floor((rate * WINDOW_MS) / 1000));
}
