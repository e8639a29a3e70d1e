export interface Frame {
  seq: number;
  type: string;
  sessionId: string | undefined;
  /** The event's line with its end: the bytes every subscriber gets. */
  bytes: Buffer;
}

// Enough for a reader that is a few turns behind; older events come out of the journal.
const MOST_FRAMES = 8_192;
const MOST_BYTES = 8_388_608;
// A reader that takes nothing is given so much at most: it lies in memory until it does.
const PAGE_BYTES = 262_144;

/** The newest frames, in order and without a hole. The oldest go where there are too many or too large ones. */
export class Recent {
  #frames: Frame[] = [];
  #start = 0;
  #bytes = 0;

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
    while (this.#frames.length - this.#start > MOST_FRAMES || this.#bytes > MOST_BYTES) this.#dropOldest();
  }

  /**
   * Up to `count` frames after `seq`, and a few hundred KiB, one at least where there is one; undefined where they do
   * not reach back that far.
   */
  after(seq: number, count: number): Frame[] | undefined {
    const oldest = this.#frames[this.#start];
    if (oldest === undefined || seq < oldest.seq - 1) return undefined;
    const from = this.#start + (seq + 1 - oldest.seq);
    return firstPage(this.#frames.slice(from, from + count));
  }

  clear(): void {
    this.#frames = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  #dropOldest(): void {
    this.#bytes -= this.#frames[this.#start]?.bytes.length ?? 0;
    this.#start++;
    if (this.#start * 2 < this.#frames.length) return;
    this.#frames = this.#frames.slice(this.#start);
    this.#start = 0;
  }
}

function firstPage(frames: Frame[]): Frame[] {
  let bytes = 0;
  const over = frames.findIndex((frame) => (bytes += frame.bytes.length) > PAGE_BYTES);
  return over === -1 ? frames : frames.slice(0, Math.max(over, 1));
}
