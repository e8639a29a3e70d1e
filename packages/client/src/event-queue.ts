/** How much may wait in the queue before its source is asked to stop. */
export interface QueueBounds {
  items: number;
  bytes: number;
}

/** Items between a source that pushes and one loop that takes, in order. */
export class EventQueue<T> {
  readonly #bounds: QueueBounds;
  readonly #onRoom: () => void;
  #items: { item: T; bytes: number }[] = [];
  #bytes = 0;
  #isFull = false;
  #ended: { error: Error | undefined } | undefined;
  #wake: (() => void) | undefined;

  /** `onRoom` is called when half of a full queue is free again. */
  constructor(bounds: QueueBounds, onRoom: () => void) {
    this.#bounds = bounds;
    this.#onRoom = onRoom;
  }

  /** @returns false when the bound is reached: the item is taken, but the source should stop until `onRoom`. */
  push(item: T, bytes: number): boolean {
    if (this.#ended !== undefined) return true;
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    this.#wake?.();
    this.#isFull ||= this.#isAbove(1);
    return !this.#isFull;
  }

  /**
   * The next item; undefined when the queue has ended and is empty.
   * @throws the error it was ended with, once it is empty.
   */
  async take(): Promise<T | undefined> {
    for (;;) {
      const first = this.#items.shift();
      if (first !== undefined) return this.#taken(first);
      if (this.#ended?.error !== undefined) throw this.#ended.error;
      if (this.#ended !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Nothing more comes. What waits is still handed out; after that `take` throws the error, where there is one. */
  end(error?: Error): void {
    this.#ended ??= { error };
    this.#wake?.();
  }

  /** Drops what waits. */
  clear(): void {
    this.#items = [];
    this.#bytes = 0;
  }

  #taken({ item, bytes }: { item: T; bytes: number }): T {
    this.#bytes -= bytes;
    if (this.#isFull && !this.#isAbove(0.5)) {
      this.#isFull = false;
      this.#onRoom();
    }
    return item;
  }

  #isAbove(share: number): boolean {
    return this.#items.length >= this.#bounds.items * share || this.#bytes >= this.#bounds.bytes * share;
  }
}
