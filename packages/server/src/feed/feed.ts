import { encodePush, type ProtocolError, type PushEvent } from '@proj/protocol';
import { cursorExpired, unreadable } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { type Cursor, type FeedFilter, isFiltered, passes, type Sink } from './cursor.ts';
import { type Frame, Recent } from './recent.ts';

// One step of a reader that is behind: bounds the time a page takes and the bytes it adds to a sink.
const PAGE = 500;
const LF = 10;

/**
 * The journal as subscribers see it. A subscriber is a cursor and no queue: near the head all share the same buffers,
 * behind it pages come out of the journal, and one whose sink is full stands still until `resume`.
 */
export class Feed {
  #journal: Pick<Journal, 'readLines' | 'oldestSeq'>;
  #cursors = new Map<string, Cursor>();
  #starting = new Map<string, Cursor>();
  #behind = new Set<string>();
  #recent = new Recent();
  #head: number;

  constructor(journal: Pick<Journal, 'readLines' | 'oldestSeq' | 'headSeq'>) {
    this.#journal = journal;
    this.#head = journal.headSeq;
  }

  /** The last event that subscribers may see. */
  get head(): number {
    return this.#head;
  }

  isSubscribed(clientId: string): boolean {
    return this.#cursors.has(clientId) || this.#starting.has(clientId);
  }

  /**
   * Starts after `position`; a subscription the client had before ends. Nothing is written in this turn, whose commit
   * the reply may have to wait for: the reply comes before the first event.
   */
  subscribe(clientId: string, subscription: { position: number; filter: FeedFilter; sink: Sink }): void {
    const cursor = { ...subscription };
    this.unsubscribe(clientId);
    this.#starting.set(clientId, cursor);
    setImmediate(() => this.#start(clientId, cursor));
  }

  unsubscribe(clientId: string): void {
    this.#starting.delete(clientId);
    this.#cursors.delete(clientId);
    this.#behind.delete(clientId);
  }

  /** The client's sink has room again. */
  resume(clientId: string): void {
    if (this.#cursors.has(clientId)) this.#later(clientId);
  }

  /** Hands on what has been committed, in order. */
  publish(frames: readonly Frame[]): void {
    const [first] = frames;
    if (first === undefined) return;
    for (const frame of frames) this.#recent.push(frame);
    const last = first.seq + frames.length - 1;
    const joined = frames.length === 1 ? first.bytes : Buffer.concat(frames.map((frame) => frame.bytes));
    this.#head = last;
    for (const [clientId, cursor] of this.#cursors) {
      if (cursor.position !== first.seq - 1 || cursor.sink.isFull) this.#later(clientId);
      else this.#advance(cursor, isFiltered(cursor.filter) ? matching(cursor.filter, frames) : joined, last);
    }
  }

  /** After a commit that failed on disk: the journal alone says where the log ends. */
  reset(headSeq: number): void {
    this.#recent.clear();
    this.#head = headSeq;
    // Whoever subscribed after an event that is no more is about to subscribe again, or to be refused.
    for (const [clientId, { position }] of [...this.#cursors, ...this.#starting]) {
      if (position > headSeq) this.unsubscribe(clientId);
    }
  }

  /** Hands on what is not in the journal, to those whose sink has room. */
  push(event: PushEvent): void {
    const bytes = lineOf(encodePush(event));
    for (const { filter, sink } of this.#cursors.values()) {
      if (passes(filter, { sessionId: event.session_id, type: event.type }) && !sink.isFull) sink.write(bytes);
    }
  }

  /** Tells filtered subscribers that have seen everything how far the journal is, so that their cursors do not age. */
  progress(at: string): void {
    const bytes = lineOf(encodePush({ v: 1, at, type: 'feed.progress', payload: { head_seq: this.#head } }));
    for (const { filter, sink, position } of this.#cursors.values()) {
      if (isFiltered(filter) && position === this.#head && !sink.isFull) sink.write(bytes);
    }
  }

  #start(clientId: string, cursor: Cursor): void {
    if (this.#starting.get(clientId) !== cursor) return;
    this.#starting.delete(clientId);
    this.#cursors.set(clientId, cursor);
    this.#later(clientId);
  }

  #later(clientId: string): void {
    if (this.#behind.size === 0) setImmediate(() => this.#catchUp());
    this.#behind.add(clientId);
  }

  // A page each, then the loop turns: a reader far behind keeps nobody waiting.
  #catchUp(): void {
    const behind = [...this.#behind];
    this.#behind.clear();
    for (const clientId of behind) {
      const cursor = this.#cursors.get(clientId);
      if (cursor === undefined || cursor.sink.isFull || cursor.position >= this.#head) continue;
      this.#tryStep(clientId, cursor);
      if (cursor.position < this.#head && !cursor.sink.isFull) this.#later(clientId);
    }
  }

  // A page that the disk does not give ends one subscription, which can be resumed, and not the daemon.
  #tryStep(clientId: string, cursor: Cursor): void {
    try {
      this.#step(clientId, cursor);
    } catch (error) {
      this.#fail(clientId, cursor, unreadable(error));
    }
  }

  #step(clientId: string, cursor: Cursor): void {
    const frames = this.#recent.after(cursor.position, PAGE);
    const last = frames?.at(-1);
    if (frames !== undefined) return this.#advance(cursor, matching(cursor.filter, frames), last?.seq ?? this.#head);
    const { oldestSeq } = this.#journal;
    if (cursor.position < oldestSeq - 1) return this.#fail(clientId, cursor, cursorExpired(oldestSeq, this.#head));
    const { position: afterSeq, filter } = cursor;
    const { lines, throughSeq } = this.#journal.readLines({ afterSeq, throughSeq: this.#head, limit: PAGE, filter });
    const text = lines.map(({ line }) => `${line}\n`).join('');
    this.#advance(cursor, Buffer.from(text, 'latin1'), throughSeq);
  }

  #fail(clientId: string, { sink }: Cursor, error: ProtocolError): void {
    this.unsubscribe(clientId);
    sink.fail(error);
  }

  #advance(cursor: Cursor, bytes: Buffer, position: number): void {
    cursor.position = position;
    if (bytes.length > 0) cursor.sink.write(bytes);
  }
}

export function lineOf(text: string): Buffer {
  // Not out of Node's shared pool: a slice of it kept among the recent frames keeps 64 KiB.
  const line = Buffer.allocUnsafeSlow(text.length + 1);
  line.write(text, 'latin1');
  line[text.length] = LF;
  return line;
}

function matching(filter: FeedFilter, frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.filter((frame) => passes(filter, frame)).map((frame) => frame.bytes));
}
