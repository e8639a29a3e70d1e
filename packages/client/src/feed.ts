import {
  type ControlSubscribeReply,
  type JournalEvent,
  ProtocolError,
  type PushEvent,
  type RequestOf,
} from '@proj/protocol';
import { Connection, type ConnectionSettings } from './connection.ts';
import { asError, ClientError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { FeedCursor } from './feed-cursor.ts';

/** What to subscribe to; the place in the journal is the feed's own. */
export type FeedFilter = Omit<RequestOf<'control', 'events.subscribe'>, 'after_seq'>;

export interface FeedSettings {
  connection: ConnectionSettings;
  /** Asked anew for each connection. */
  filter(): FeedFilter;
  afterSeq: number | undefined;
  maxBuffered: number;
}

export interface FeedListener {
  /** The daemon accepted the subscription, on the first connection or a later one. */
  onSubscribed(reply: ControlSubscribeReply): void;
  /** Nothing more comes in. There is no error after `close`. */
  onEnd(error: Error | undefined): void;
}

const MAX_BUFFERED_BYTES = 8_388_608;

/**
 * One subscription on a connection of its own. It subscribes again after each reconnect, from the last event that came
 * in; when too much waits to be taken it stops reading, so the daemon waits too.
 */
export class Feed {
  readonly #settings: FeedSettings;
  readonly #listener: FeedListener;
  // A subscription on runtime.sock takes a part of what one on control.sock takes.
  readonly #connection: Connection<'control'>;
  readonly #queue: EventQueue<JournalEvent | PushEvent>;
  readonly #received: FeedCursor;
  #hasEnded = false;

  constructor(settings: FeedSettings, listener: FeedListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#received = new FeedCursor(settings.afterSeq);
    this.#connection = new Connection(settings.connection, {
      onOpen: () => void this.#subscribe(),
      onEvent: (event, bytes) => this.#receive(event, bytes),
      onClose: (cause) => this.#end(cause),
    });
    const bounds = { items: settings.maxBuffered, bytes: MAX_BUFFERED_BYTES };
    this.#queue = new EventQueue(bounds, () => this.#connection.resume());
    // A failure ends the feed by `onClose`.
    this.#connection.connect({ insist: settings.connection.reconnect !== undefined }).catch(() => {});
  }

  /** The next event; undefined after `close`. Throws what ended the feed, once what came before is taken. */
  take(): Promise<JournalEvent | PushEvent | undefined> {
    return this.#queue.take();
  }

  /** Ends it, and drops what was not taken. With an error, `take` throws it. */
  close(error?: Error): Promise<void> {
    this.#queue.clear();
    this.#end(error);
    return this.#connection.close();
  }

  async #subscribe(): Promise<void> {
    const afterSeq = this.#received.seq;
    const place = afterSeq === undefined ? {} : { after_seq: afterSeq };
    try {
      const reply = await this.#connection.request('events.subscribe', { ...this.#settings.filter(), ...place });
      this.#received.startAt(reply.head_seq);
      this.#listener.onSubscribed(reply);
    } catch (error) {
      if (!comesBack(error)) await this.#fail(asError(error));
    }
  }

  #receive(event: JournalEvent | PushEvent, bytes: number): void {
    if (this.#received.accepts(event) && !this.#queue.push(event, bytes)) this.#connection.pause();
  }

  #fail(error: Error): Promise<void> {
    this.#end(error);
    return this.#connection.close();
  }

  #end(cause: Error | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#queue.end(cause);
    this.#listener.onEnd(cause);
  }
}

/** Whether the connection ended before the daemon decided: the next one subscribes again, where there is to be one. */
function comesBack(error: unknown): boolean {
  if (error instanceof ClientError) return error.code === 'connection_lost' || error.code === 'closed';
  return error instanceof ProtocolError && error.code === 'shutting_down';
}
