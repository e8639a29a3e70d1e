import {
  type HelloReply,
  type HelloRequest,
  type JournalEvent,
  type MethodType,
  ProtocolError,
  type PushEvent,
  type ReplyOf,
  type RequestOf,
  type Socket,
} from '@proj/protocol';
import { Deadlines } from './deadlines.ts';
import { abortedBy, asError, ClientError } from './errors.ts';
import type { Incoming } from './incoming.ts';
import { onAbort } from './on-abort.ts';
import { PendingRequest } from './pending-request.ts';
import { PendingRequests } from './pending.ts';
import { defaultReconnect, isFinal, type ReconnectBounds, reconnectDelayMs, sleep } from './reconnect.ts';
import { withKey } from './repeat.ts';
import type { ConnectTransport } from './transport/transport.ts';
import { Wire } from './wire.ts';

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RequestOptions {
  /** Gives the request up with a `ClientError` `aborted`; the daemon may still do what was asked. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the request is given up with a `ClientError` `timeout`. */
  timeoutMs?: number | undefined;
}

export interface ConnectionSettings {
  openTransport: ConnectTransport;
  hello: HelloRequest;
  /** Undefined: a lost connection is the end. */
  reconnect: ReconnectBounds | undefined;
  maxPending: number;
  requestTimeoutMs: number | undefined;
}

export interface ConnectionListener {
  onStateChange?: ((state: ConnectionState) => void) | undefined;
  /** After each greeting. */
  onOpen?(): void;
  onEvent?(event: JournalEvent | PushEvent, bytes: number): void;
  /** It will not come back. */
  onClose?(cause: Error): void;
}

/** A connection to one door that comes back by itself, and the requests that live through that. */
export class Connection<S extends Socket> {
  readonly #settings: ConnectionSettings;
  readonly #listener: ConnectionListener;
  readonly #pending: PendingRequests;
  readonly #deadlines = new Deadlines();
  readonly #life = new AbortController();
  #state: ConnectionState = 'connecting';
  #wire: Wire | undefined;
  #hello: HelloReply | undefined;
  #attempt = 0;
  #nextId = 1;
  #isFull = false;
  // The daemon refused something because it stops: nothing more is written until it has closed.
  #isStopping = false;

  constructor(settings: ConnectionSettings, listener: ConnectionListener = {}) {
    this.#settings = settings;
    this.#listener = listener;
    this.#pending = new PendingRequests(settings.maxPending);
  }

  /** What the daemon said last about itself; undefined before the first greeting. */
  get hello(): HelloReply | undefined {
    return this.#hello;
  }

  /** Resolves when the daemon has greeted. With `insist` it tries until then; else the first failure is the end. */
  async connect({ insist, signal }: { insist: boolean; signal?: AbortSignal | undefined }): Promise<void> {
    this.#enter('connecting');
    const stopListening = onAbort(signal, () => this.#shut(abortedBy(signal, 'connecting was aborted')));
    try {
      await this.#dial().catch((error: unknown) => {
        if (!insist || this.#isEnd(error)) throw error;
        return this.#redial();
      });
    } catch (error) {
      this.#shut(asError(error));
      throw error;
    } finally {
      stopListening();
    }
  }

  /**
   * Sends a request and resolves with the payload of its reply.
   * @throws ProtocolError when the daemon refused it.
   * @throws ClientError when it was lost, given up, or could not be sent.
   */
  request<M extends MethodType<S>>(
    type: M,
    payload: RequestOf<S, M>,
    options: RequestOptions = {},
  ): Promise<ReplyOf<S, M>> {
    // The daemon keeps to the schemas these types are made from.
    return this.#send(type, payload as Record<string, unknown>, options);
  }

  pause(): void {
    this.#wire?.pause();
  }

  resume(): void {
    this.#wire?.resume();
  }

  /** Ends it: requests without a reply are rejected with `closed`. Resolves when the socket is gone. */
  close(): Promise<void> {
    const wire = this.#wire;
    this.#shut(new ClientError('closed', 'the connection was closed'));
    return wire?.close() ?? Promise.resolve();
  }

  #send(type: string, payload: Record<string, unknown>, { signal, timeoutMs }: RequestOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = String(this.#nextId);
      this.#nextId += 1;
      const request = new PendingRequest(id, { type, payload: withKey(type, payload) }, { resolve, reject });
      this.#check(request, signal);
      this.#pending.add(request);
      const limitMs = timeoutMs ?? (request.isWait ? undefined : this.#settings.requestTimeoutMs);
      if (signal !== undefined || limitMs !== undefined) {
        const onGiveUp = (): void => this.#pending.forget(request);
        request.watch({ signal, timeoutMs: limitMs, deadlines: this.#deadlines, onGiveUp });
      }
      this.#flush();
    });
  }

  #check(request: PendingRequest, signal: AbortSignal | undefined): void {
    if (this.#state === 'closed') throw request.failure('closed', 'the connection is closed');
    if (signal?.aborted === true) throw request.failure('aborted', 'the request was aborted', signal.reason);
    const bytes = request.encode().length - 1;
    const limit = this.#hello?.limits.frame_bytes ?? bytes;
    if (bytes > limit) throw request.failure('frame_too_large', `the line has ${bytes} bytes, ${limit} at most`);
  }

  #flush(): void {
    while (this.#wire !== undefined && !this.#isFull && !this.#isStopping) {
      const request = this.#pending.next();
      if (request === undefined) return;
      request.written = true;
      this.#isFull = !this.#wire.send(request.encode());
    }
  }

  /** Dials again after each failure that may pass. */
  async #redial(): Promise<void> {
    for (;;) {
      await sleep(reconnectDelayMs(this.#attempt, this.#settings.reconnect ?? defaultReconnect), this.#life.signal);
      this.#attempt += 1;
      try {
        return await this.#dial();
      } catch (error) {
        if (this.#isEnd(error)) throw error;
      }
    }
  }

  async #dial(): Promise<void> {
    const wire = this.#makeWire();
    try {
      await wire.open(this.#settings.openTransport, this.#settings.hello, this.#life.signal);
    } catch (error) {
      await wire.close();
      throw error;
    }
  }

  #isEnd(error: unknown): boolean {
    return this.#life.signal.aborted || isFinal(error);
  }

  #makeWire(): Wire {
    const wire: Wire = new Wire({
      onOpen: (hello) => this.#opened(wire, hello),
      onMessage: (message, bytes) => this.#receive(message, bytes),
      onDrain: () => {
        this.#isFull = false;
        this.#flush();
      },
      onEnd: (cause) => this.#lost(cause),
    });
    return wire;
  }

  #opened(wire: Wire, hello: HelloReply): void {
    this.#wire = wire;
    this.#hello = hello;
    this.#isFull = false;
    this.#isStopping = false;
    this.#pending.setWindows(hello.limits);
    this.#enter('connected');
    this.#listener.onOpen?.();
    this.#flush();
  }

  #receive(message: Incoming, bytes: number): void {
    if (message.kind === 'event') return this.#listener.onEvent?.(message.event, bytes);
    if (message.kind === 'other' || message.id === null) return undefined;
    // Not before it answers: one that only greets would be dialled again and again without a pause.
    this.#attempt = 0;
    const request = this.#pending.take(message.id);
    if (message.kind === 'reply') request?.resolve(message.payload);
    else if (request !== undefined) this.#refused(request, message.error);
    return this.#flush();
  }

  #refused(request: PendingRequest, error: ProtocolError): void {
    const waitsForNext =
      error.code === 'shutting_down' && request.isRepeatable && this.#settings.reconnect !== undefined;
    if (!waitsForNext || request.settled) return request.reject(error);
    this.#isStopping = true;
    return this.#pending.putBack(request);
  }

  #lost(cause: Error): void {
    this.#wire = undefined;
    if (this.#settings.reconnect === undefined) return this.#shut(connectionLost(cause));
    for (const request of this.#pending.lose())
      request.reject(request.failure('connection_lost', cause.message, cause));
    this.#enter('reconnecting');
    this.#redial().catch((error: unknown) => this.#shut(asError(error)));
    return undefined;
  }

  #shut(cause: Error): void {
    if (this.#state === 'closed') return;
    this.#enter('closed');
    this.#life.abort(cause);
    void this.#wire?.close();
    this.#wire = undefined;
    this.#deadlines.clear();
    const code = cause instanceof ClientError ? cause.code : 'connection_lost';
    for (const request of this.#pending.drain()) request.reject(request.failure(code, cause.message, cause));
    this.#listener.onClose?.(cause);
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    const tell = this.#listener.onStateChange;
    // In a turn of its own: what the listener throws must not stop the connection.
    if (tell !== undefined) queueMicrotask(() => tell(state));
  }
}

function connectionLost(cause: Error): ClientError {
  if (cause instanceof ClientError) return cause;
  const reason = cause instanceof ProtocolError ? `${cause.code}: ${cause.message}` : cause.message;
  return new ClientError('connection_lost', `the daemon closed the connection (${reason})`, { cause });
}
