/// <reference lib="esnext.disposable" preserve="true" />
import type { HelloReply, JournalEvent, MethodType, ReplyOf, RequestOf } from '@proj/protocol';
import type { Connection, ConnectionSettings, RequestOptions } from './connection.ts';
import { ClientError } from './errors.ts';
import type { HeldSessions } from './held-sessions.ts';
import { present } from './present.ts';
import { SessionHandle, type SessionSource } from './session.ts';
import { type FeedOptions, Watch } from './watch.ts';

export interface OpenSessionOptions {
  name: string;
  /** The same key within one `agentId` returns the same live session, also after a crash. */
  key?: string | undefined;
  goalId?: string | undefined;
  agentId?: string | undefined;
  channelId?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** The `seq` of the last input this session has seen, 0 by default: see `SessionHandle.inputSeq`. */
  afterSeq?: number | undefined;
}

/** Types a client may ask for by name. Subscriptions have methods of their own, which keep their cursor. */
export type RuntimeRequestType = Exclude<MethodType<'runtime'>, 'events.subscribe' | 'events.unsubscribe'>;

/** The program's side of a daemon: it opens sessions. Made by `connectRuntime`. */
export class Runtime implements AsyncDisposable {
  readonly #connection: Connection<'runtime'>;
  readonly #settings: ConnectionSettings;
  readonly #held: HeldSessions;
  readonly #watches = new Set<Watch>();

  constructor(
    connection: Connection<'runtime'>,
    { settings, held }: { settings: ConnectionSettings; held: HeldSessions },
  ) {
    this.#connection = connection;
    this.#settings = settings;
    this.#held = held;
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
  request<M extends RuntimeRequestType>(
    type: M,
    payload: RequestOf<'runtime', M>,
    options: RequestOptions = {},
  ): Promise<ReplyOf<'runtime', M>> {
    return this.#connection.request(type, payload, options);
  }

  ping(nonce?: string): Promise<ReplyOf<'runtime', 'ping'>> {
    return this.#connection.request('ping', present({ nonce }));
  }

  /** Opens a session, or finds the live one its key names. */
  async openSession(options: OpenSessionOptions, { signal }: { signal?: AbortSignal } = {}): Promise<SessionHandle> {
    const { name, key, goalId, agentId, channelId, metadata, afterSeq } = options;
    const payload = present({ name, key, goal_id: goalId, agent_id: agentId, channel_id: channelId, metadata });
    const { session, created } = await this.#connection.request('session.open', payload, { signal });
    this.#held.add(session.session_id);
    return new SessionHandle(this.#source(), { sessionId: session.session_id, record: session, created, afterSeq });
  }

  /** A session whose id is known. Nothing is sent; an unknown id is `not_found` at the first use. */
  session(sessionId: string, { afterSeq }: { afterSeq?: number } = {}): SessionHandle {
    return new SessionHandle(this.#source(), { sessionId, afterSeq });
  }

  /** Ends it: what waits is rejected with `closed`, loops end. Resolves when the sockets are gone. */
  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), ...[...this.#watches].map((watch) => watch.close())]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #source(): SessionSource {
    return {
      requests: this.#connection,
      channelId: () => this.#settings.hello.channel_id ?? `runtime:${this.clientId}`,
      watch: (sessionId, options) => this.#watch(sessionId, options),
      onEnd: (sessionId) => this.#held.drop(sessionId),
    };
  }

  #watch(sessionId: string, options: FeedOptions): Watch<JournalEvent> {
    const onClose = (watch: Watch): boolean => this.#watches.delete(watch);
    const watch = new Watch<JournalEvent>(
      { settings: this.#settings, filter: { session_id: sessionId }, onClose },
      options,
    );
    this.#watches.add(watch);
    return watch;
  }
}

/** @throws ClientError `closed` when it has not been connected, which `connectRuntime` and `connectControl` see to. */
export function greeted({ hello }: Pick<Connection<'runtime' | 'control'>, 'hello'>): HelloReply {
  if (hello === undefined) throw new ClientError('closed', 'the connection was never open');
  return hello;
}
