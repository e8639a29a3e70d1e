/// <reference lib="esnext.disposable" preserve="true" />
import type {
  Ask,
  AskAnswerReply,
  AskState,
  ClientInfo,
  DaemonReloadReply,
  DaemonStatus,
  HelloReply,
  HumanInput,
  Message,
  MethodType,
  ReplyOf,
  RequestOf,
  Session,
  SessionState,
} from '@proj/protocol';
import type { Connection, ConnectionSettings, RequestOptions } from './connection.ts';
import { readAsks, readMessages, readSessions } from './lists.ts';
import { present } from './present.ts';
import { greeted } from './runtime.ts';
import { type FeedOptions, Watch } from './watch.ts';

/** Types an operator may ask for by name. Subscriptions have `watch`, which keeps its cursor. */
export type ControlRequestType = Exclude<MethodType<'control'>, 'events.subscribe' | 'events.unsubscribe'>;

export interface WatchOptions extends FeedOptions {
  /** Only events of this session. */
  sessionId?: string | undefined;
  /** Only events of these types. */
  types?: string[] | undefined;
  /** Also say what stands now: `await watch.snapshot`. */
  snapshot?: boolean | undefined;
}

export interface AnswerOptions {
  /** Required to reject a review. */
  reason?: string | undefined;
  /** The same id again on the ask it won gets `won` again. The SDK makes one where none is given. */
  answerId?: string | undefined;
  /** Who decides, as this client claims it; the daemon records beside it what it saw. */
  responderId?: string | undefined;
  responderName?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** The operator's side of a daemon: it sees, answers and steers. Made by `connectControl`. */
export class Control implements AsyncDisposable {
  readonly #connection: Connection<'control'>;
  readonly #settings: ConnectionSettings;
  readonly #watches = new Set<Watch>();

  constructor(connection: Connection<'control'>, settings: ConnectionSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  /** What the daemon said about itself at the last greeting: version, limits, capabilities, assurance. */
  get hello(): HelloReply {
    return greeted(this.#connection);
  }

  /** This connection's id at the daemon; another after a reconnect. */
  get clientId(): string {
    return this.hello.client_id;
  }

  /** Sends a request of the wire by its type. */
  request<M extends ControlRequestType>(
    type: M,
    payload: RequestOf<'control', M>,
    options: RequestOptions = {},
  ): Promise<ReplyOf<'control', M>> {
    return this.#connection.request(type, payload, options);
  }

  ping(nonce?: string): Promise<ReplyOf<'control', 'ping'>> {
    return this.#connection.request('ping', present({ nonce }));
  }

  status(): Promise<DaemonStatus> {
    return this.#connection.request('daemon.status', {});
  }

  /** Nothing is started until `resume`; traffic and asks go on. It survives a restart. */
  pause(reason?: string): Promise<DaemonStatus> {
    return this.#connection.request('daemon.pause', present({ reason }));
  }

  resume(reason?: string): Promise<DaemonStatus> {
    return this.#connection.request('daemon.resume', present({ reason }));
  }

  /** Reads the configuration again. A bad one is an error and changes nothing. */
  reload(): Promise<DaemonReloadReply> {
    return this.#connection.request('daemon.reload', {});
  }

  /** Resolves when the daemon has begun to stop. This client then waits for the next one, until it is closed. */
  async stop(): Promise<void> {
    await this.#connection.request('daemon.stop', {});
  }

  /** All sessions, or those in one state, in order of creation. */
  sessions({ state }: { state?: SessionState | undefined } = {}): Promise<Session[]> {
    return readSessions(this.#connection, present({ state }));
  }

  async session(sessionId: string): Promise<Session> {
    return (await this.#connection.request('session.get', { session_id: sessionId })).session;
  }

  /** The conversation of a session, or what came after `afterSeq`. */
  messages(sessionId: string, { afterSeq = 0 }: { afterSeq?: number | undefined } = {}): Promise<Message[]> {
    return readMessages(this.#connection, sessionId, afterSeq);
  }

  async pauseSession(sessionId: string, reason?: string): Promise<Session> {
    return (await this.#connection.request('session.pause', present({ session_id: sessionId, reason }))).session;
  }

  async resumeSession(sessionId: string, reason?: string): Promise<Session> {
    return (await this.#connection.request('session.resume', present({ session_id: sessionId, reason }))).session;
  }

  async abortSession(sessionId: string, reason?: string): Promise<Session> {
    return (await this.#connection.request('session.abort', present({ session_id: sessionId, reason }))).session;
  }

  /** Says something to a session. Resolves with its `seq` when it is on disk. */
  async input(
    sessionId: string,
    input: HumanInput,
    { inputId }: { inputId?: string | undefined } = {},
  ): Promise<number> {
    return (
      await this.#connection.request('session.input', present({ session_id: sessionId, input, input_id: inputId }))
    ).seq;
  }

  /** All asks, or those in one state or of one session, in order of creation. */
  asks({ state, sessionId }: { state?: AskState | undefined; sessionId?: string | undefined } = {}): Promise<Ask[]> {
    return readAsks(this.#connection, present({ state, session_id: sessionId }));
  }

  async ask(askId: string): Promise<Ask> {
    return (await this.#connection.request('ask.get', { ask_id: askId })).ask;
  }

  /** Answers an ask. The verdict says whether this answer won, or what stood before it. */
  async answer(askId: string, value: unknown, options: AnswerOptions = {}): Promise<AskAnswerReply> {
    const { reason, answerId = crypto.randomUUID(), responderId, responderName, signal } = options;
    const who = present({ responder_id: responderId, responder_name: responderName });
    const payload = { ask_id: askId, value, answer_id: answerId, ...present({ reason }), ...who };
    const reply = await this.#connection.request('ask.answer', payload, { signal });
    // To an answer of a secret ask that is sent again the daemon says `lost`, whoever won. An id made here tells.
    const isRepeated = reply.verdict === 'lost' && options.answerId === undefined;
    return isRepeated && reply.ask.answer?.answer_id === answerId ? { ...reply, verdict: 'won' } : reply;
  }

  /** The events of the daemon in order, each once, over reconnects and restarts. It begins at once. */
  watch({ sessionId, types, snapshot, ...options }: WatchOptions = {}): Watch {
    const filter = present({ session_id: sessionId, types });
    const snapshotFrom = snapshot === true ? this.#connection : undefined;
    const onClose = (watch: Watch): boolean => this.#watches.delete(watch);
    const watch = new Watch({ settings: this.#settings, filter, snapshotFrom, onClose }, options);
    this.#watches.add(watch);
    return watch;
  }

  /** The connections the daemon serves, on both doors. */
  async clients(): Promise<ClientInfo[]> {
    return (await this.#connection.request('client.list', {})).clients;
  }

  async disconnectClient(clientId: string, reason?: string): Promise<void> {
    await this.#connection.request('client.disconnect', present({ client_id: clientId, reason }));
  }

  /** Ends it: what waits is rejected with `closed`, loops end. Resolves when the sockets are gone. */
  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), ...[...this.#watches].map((watch) => watch.close())]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
