import type { Ask, AskOpenReply, HumanInput, JournalEvent, Session, SessionEvent, SessionState } from '@proj/protocol';
import { type AskFields, type AskOptions, Asks, type Choice, type ChoiceValue, type InputOptions } from './asks.ts';
import type { Connection } from './connection.ts';
import { ClientError } from './errors.ts';
import { hasEnded, Inputs } from './inputs.ts';
import { present } from './present.ts';
import type { FeedOptions, Watch } from './watch.ts';

/** What a front end or a chat bridge has of a session: it reports, and it hears what people say. */
export interface SessionChannel {
  /** Who speaks, for the audit. */
  readonly channelId: string;
  /** Resolves with the event's `seq` when it is on disk. */
  emit(event: SessionEvent): Promise<number>;
  /** The next thing a person said, or null after so many milliseconds; without a timeout it waits. */
  receive(timeoutMs?: number): Promise<HumanInput | null>;
}

/** What a session needs from the client it belongs to. */
export interface SessionSource {
  requests: Pick<Connection<'runtime'>, 'request'>;
  channelId(): string;
  watch(sessionId: string, options: FeedOptions): Watch<JournalEvent>;
  /** The program ended the session. */
  onEnd(sessionId: string): void;
}

export interface WriteOptions {
  /** The same id in one session has one effect. The SDK makes one where none is given. */
  eventId?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A session, held by the program that does the work. All that it does survives reconnects and daemon restarts. */
export class SessionHandle implements SessionChannel {
  readonly sessionId: string;
  /** The session as the daemon described it last; undefined until then. */
  record: Session | undefined;
  /** False when `openSession` found the live session its key names. */
  readonly created: boolean;
  readonly #source: SessionSource;
  readonly #inputs: Inputs;
  readonly #asks: Asks;

  constructor(source: SessionSource, { sessionId, record, created = false, afterSeq = 0 }: Origin) {
    this.sessionId = sessionId;
    this.record = record;
    this.created = created;
    this.#source = source;
    this.#inputs = new Inputs(source.requests, sessionId, afterSeq);
    this.#asks = new Asks(source.requests, sessionId);
  }

  /** The session's own channel, else that of the connection. */
  get channelId(): string {
    return this.record?.channel_id ?? this.#source.channelId();
  }

  /** The `seq` of the last input received: the `afterSeq` to go on from in another process. */
  get inputSeq(): number {
    return this.#inputs.lastSeq;
  }

  /** Asks the daemon for the session as it is now. */
  async refresh(): Promise<Session> {
    const { session } = await this.#source.requests.request('session.get', { session_id: this.sessionId });
    this.record = session;
    return session;
  }

  /** Resolves with the event's `seq` when it is on disk. */
  async emit(event: SessionEvent, { eventId, signal }: WriteOptions = {}): Promise<number> {
    const payload = present({ session_id: this.sessionId, event, event_id: eventId });
    return (await this.#source.requests.request('session.emit', payload, { signal })).seq;
  }

  /** Adds a line to the session's conversation. Resolves with its `seq` when it is on disk. */
  async log(sender: string, content: string, { eventId, signal }: WriteOptions = {}): Promise<number> {
    const payload = present({ session_id: this.sessionId, sender, content, event_id: eventId });
    return (await this.#source.requests.request('session.log', payload, { signal })).seq;
  }

  /**
   * The next thing a person said, each once; null after `timeoutMs` (0 looks once), or when the session has ended.
   * Without a timeout it waits.
   */
  receive(timeoutMs?: number, { signal }: { signal?: AbortSignal } = {}): Promise<HumanInput | null> {
    return this.#inputs.receive(timeoutMs, signal);
  }

  /** What people say, each once, until the session has ended. An abort of the signal throws `aborted`. */
  inputs({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<HumanInput, void, undefined> {
    return this.#inputs.all(signal);
  }

  /** Puts a question without waiting for its answer. `created` is false when the key found an ask. */
  openAsk(fields: AskFields, options: { signal?: AbortSignal } = {}): Promise<AskOpenReply> {
    return this.#asks.open(fields, options);
  }

  /** Resolves when the ask is settled, or with the pending ask after `timeoutMs`; without one it waits. */
  waitForAsk(askId: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Ask> {
    return this.#asks.waitFor(askId, options);
  }

  /** Puts a question and resolves when it is settled: answered, expired or cancelled. */
  ask(fields: AskFields, options: { signal?: AbortSignal } = {}): Promise<Ask> {
    return this.#asks.ask(fields, options);
  }

  /** True only when a yes is on record. Expired, cancelled and no are all false. */
  askApproval(message: string, options: AskOptions = {}): Promise<boolean> {
    return this.#asks.approval(message, options);
  }

  /** The value chosen; undefined when the ask expired or was cancelled. */
  askChoice<const C extends Choice>(
    message: string,
    choices: readonly C[],
    options: AskOptions = {},
  ): Promise<ChoiceValue<C> | undefined> {
    return this.#asks.choice(message, choices, options);
  }

  /** The text given; undefined when the ask expired or was cancelled. */
  askInput(message: string, options: InputOptions = {}): Promise<string | undefined> {
    return this.#asks.input(message, options);
  }

  /** Takes a question back. An ask that is settled already is a `ProtocolError` `conflict`. */
  cancelAsk(askId: string, reason?: string): Promise<Ask> {
    return this.#asks.cancel(askId, reason);
  }

  /** The session's own events in order, each once, over reconnects. */
  events(options: FeedOptions = {}): Watch<JournalEvent> {
    return this.#source.watch(this.sessionId, options);
  }

  pause(reason?: string): Promise<Session> {
    return this.#transition('paused', reason);
  }

  /** What an operator paused only an operator resumes: a `ProtocolError` `forbidden`. */
  resume(reason?: string): Promise<Session> {
    return this.#transition('active', reason);
  }

  /** Ends the session as done. Its pending asks are cancelled. */
  complete(reason?: string): Promise<Session> {
    return this.#finish('completed', reason);
  }

  /** Ends the session as given up. Its pending asks are cancelled. */
  abort(reason?: string): Promise<Session> {
    return this.#finish('aborted', reason);
  }

  async #transition(state: SessionState, reason: string | undefined): Promise<Session> {
    const payload = present({ session_id: this.sessionId, state, reason });
    const { session } = await this.#source.requests.request('session.transition', payload);
    this.record = session;
    return session;
  }

  /** An end is final, so after a broken connection the session itself tells whether it still has to be done. */
  async #finish(state: 'completed' | 'aborted', reason: string | undefined): Promise<Session> {
    try {
      const session = await this.#transition(state, reason);
      this.#source.onEnd(this.sessionId);
      return session;
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'connection_lost') throw error;
      const session = await this.refresh();
      return hasEnded(session) ? session : this.#finish(state, reason);
    }
  }
}

interface Origin {
  sessionId: string;
  record?: Session;
  created?: boolean;
  afterSeq?: number | undefined;
}
