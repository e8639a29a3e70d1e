import type { Clock } from './clock.ts';

// Node fires a longer timer at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
// Beside as many as there are deadlines: entries of deleted keys are kept no longer than that.
const MOST_STALE = 64;

/**
 * Many deadlines on one timer: a heap by due time, on the clock that nobody sets. Due keys come in order of their
 * deadlines. `clear` leaves nothing that keeps the process alive.
 */
export class Deadlines<Key> {
  #clock: Clock;
  #onDue: (key: Key) => void;
  #heap: { at: number; key: Key }[] = [];
  #due = new Map<Key, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, onDue: (key: Key) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** When the key is due, in the clock's `elapsed` milliseconds. */
  at(key: Key): number | undefined {
    return this.#due.get(key);
  }

  set(key: Key, at: number): void {
    this.#due.set(key, at);
    this.#heap.push({ at, key });
    this.#rise(this.#heap.length - 1);
    if (this.#heap.length > 2 * this.#due.size + MOST_STALE) this.#compact();
    if (this.#heap[0]?.key === key) this.#arm();
  }

  delete(key: Key): void {
    this.#due.delete(key);
  }

  clear(): void {
    this.#due.clear();
    this.#heap = [];
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#peek();
    if (next === undefined) return;
    const wait = Math.ceil(next.at - this.#clock.elapsed());
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(wait, 1), LONGEST_TIMER_MS));
  }

  #fire(): void {
    const now = this.#clock.elapsed();
    for (let next = this.#peek(); next !== undefined && next.at <= now; next = this.#peek()) {
      this.#pop();
      this.#due.delete(next.key);
      this.#onDue(next.key);
    }
    this.#arm();
  }

  // Entries whose key was deleted or set anew are dropped when they come up.
  #peek(): { at: number; key: Key } | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#due.get(top.key) === top.at) return top;
      this.#pop();
    }
    return undefined;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #compact(): void {
    this.#heap = [...this.#due].map(([key, at]) => ({ at, key }));
    for (let i = this.#heap.length >> 1; i >= 0; i--) this.#sink(i);
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (this.#key(parent) <= this.#key(i)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(from: number): void {
    for (let i = from; ; ) {
      const left = 2 * i + 1;
      const least = this.#key(left + 1) < this.#key(left) ? left + 1 : left;
      if (this.#key(least) >= this.#key(i)) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #key(i: number): number {
    return this.#heap[i]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}
