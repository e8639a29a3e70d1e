import type { JournalEvent, PushEvent } from '@proj/protocol';

/** Where a subscriber stands in the journal, over all its connections. */
export class FeedCursor {
  #seq: number | undefined;

  constructor(afterSeq?: number) {
    this.#seq = afterSeq;
  }

  /** The `after_seq` to go on from; undefined as long as nothing says where it began. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** The daemon's answer to a subscription that named no place. */
  startAt(headSeq: number): void {
    this.#seq ??= headSeq;
  }

  /**
   * Moves on over the event. False for one that came before, which only happens when a connection broke between two
   * of them. A push has no place in the journal, but `feed.progress` names one.
   */
  accepts(event: JournalEvent | PushEvent): boolean {
    if (event.type === 'feed.progress') return this.#moveTo(event.payload.head_seq);
    return 'seq' in event && typeof event.seq === 'number' ? this.#moveTo(event.seq) : true;
  }

  #moveTo(seq: number): boolean {
    if (this.#seq !== undefined && seq <= this.#seq) return false;
    this.#seq = seq;
    return true;
  }
}
