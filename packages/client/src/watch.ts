/// <reference lib="esnext.disposable" preserve="true" />
import type { ControlSubscribeReply, JournalEvent, PushEvent } from '@proj/protocol';
import type { Connection, ConnectionSettings } from './connection.ts';
import { deferred } from './deferred.ts';
import { abortedBy, asError, ClientError } from './errors.ts';
import { Feed, type FeedFilter } from './feed.ts';
import { onAbort } from './on-abort.ts';
import { completeSnapshot, type Snapshot, SnapshotRows } from './snapshot.ts';

/** What a watch hands out. A type this version doesn't know is handed out too: let a `switch` have a default. */
export type WatchEvent = JournalEvent | Exclude<PushEvent, { type: 'feed.progress' }>;

export interface FeedOptions {
  /** The `seq` of the last event seen; 0 for all there are. Left out, it begins after the newest. */
  afterSeq?: number | undefined;
  /** How many events may wait for a slow loop before the socket is not read any more; 1,000 by default. */
  maxBuffered?: number | undefined;
  /** Ends the loop with a `ClientError` `aborted`. */
  signal?: AbortSignal | undefined;
}

/** What a watch needs from the client it belongs to. */
export interface WatchSource {
  settings: ConnectionSettings;
  filter: { session_id?: string; types?: string[] };
  /** Asks for a snapshot; what does not fit its reply is read through these, since the watch itself may stand still. */
  snapshotFrom?: Pick<Connection<'control'>, 'request'> | undefined;
  onClose(watch: Watch): void;
}

const MAX_BUFFERED = 1_000;

/**
 * The events of a daemon in order, each once, over reconnects and restarts. It has a connection of its own, so that a
 * slow loop holds up no request.
 *
 * One loop at a time. Leaving the loop ends the watch; so does closing the client. The loop throws a `ProtocolError`
 * `cursor_expired` when the journal does not reach back to `afterSeq`, and a `ClientError` `connection_lost` when the
 * client was told not to reconnect.
 */
export class Watch<E extends WatchEvent = WatchEvent> implements AsyncIterable<E>, AsyncDisposable {
  readonly #source: WatchSource;
  readonly #feed: Feed;
  readonly #ready = deferred<number>();
  readonly #snapshot = deferred<Snapshot>();
  readonly #rows = new SnapshotRows();
  #wantsSnapshot: boolean;
  #cursor: number | undefined;
  #stopListening = (): void => {};

  constructor(source: WatchSource, { afterSeq, maxBuffered = MAX_BUFFERED, signal }: FeedOptions = {}) {
    this.#source = source;
    this.#cursor = afterSeq;
    this.#wantsSnapshot = source.snapshotFrom !== undefined;
    if (!this.#wantsSnapshot) this.#snapshot.reject(new TypeError('open the watch with { snapshot: true }'));
    const filter = (): FeedFilter => (this.#wantsSnapshot ? { ...source.filter, snapshot: true } : source.filter);
    this.#feed = new Feed(
      { connection: source.settings, filter, afterSeq, maxBuffered },
      { onSubscribed: (reply) => this.#subscribed(reply), onEnd: (error) => this.#ended(error) },
    );
    this.#stopListening = onAbort(signal, () => void this.#feed.close(abortedBy(signal, 'the watch was aborted')));
  }

  /** Resolves, once the daemon has accepted the subscription, with the newest `seq` there was. */
  get ready(): Promise<number> {
    return this.#ready.promise;
  }

  /** What stood at `head_seq`, complete. The loop hands out nothing that it says already. */
  get snapshot(): Promise<Snapshot> {
    return this.#snapshot.promise;
  }

  /** The `afterSeq` to go on from in another process: the last event handed out, and what was filtered since. */
  get cursor(): number | undefined {
    return this.#cursor;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    try {
      // Its failure ends the feed too, and comes out of `take`.
      if (this.#source.snapshotFrom !== undefined) await this.#snapshot.promise.catch(() => {});
      for (let event = await this.#feed.take(); event !== undefined; event = await this.#feed.take()) {
        this.#pass(event);
        // The subscription says which types come; the daemon keeps to it.
        if (event.type !== 'feed.progress' && !this.#rows.include(event)) yield event as E;
      }
    } finally {
      await this.close();
    }
  }

  /** Ends the watch: the loop ends, the connection is closed. */
  close(): Promise<void> {
    return this.#feed.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #pass(event: JournalEvent | PushEvent): void {
    if (event.type === 'feed.progress') this.#cursor = event.payload.head_seq;
    else if ('seq' in event) this.#cursor = event.seq;
  }

  #subscribed(reply: ControlSubscribeReply): void {
    this.#ready.resolve(reply.head_seq);
    this.#cursor ??= reply.head_seq;
    if (this.#wantsSnapshot) void this.#takeSnapshot(reply);
  }

  async #takeSnapshot(reply: ControlSubscribeReply): Promise<void> {
    const requests = this.#source.snapshotFrom;
    if (requests === undefined) return;
    this.#wantsSnapshot = false;
    try {
      const snapshot = await completeSnapshot(reply, requests);
      this.#rows.add(snapshot);
      this.#snapshot.resolve(snapshot);
    } catch (error) {
      this.#snapshot.reject(asError(error));
      await this.#feed.close(asError(error));
    }
  }

  #ended(error: Error | undefined): void {
    this.#stopListening();
    const cause = error ?? new ClientError('closed', 'the watch was closed');
    this.#ready.reject(cause);
    this.#snapshot.reject(cause);
    this.#source.onClose(this);
  }
}
