import {
  encodeAscii,
  defaultLimits,
  type HelloReply,
  type HelloRequest,
  LineBuffer,
  PROTOCOL_VERSION,
  ProtocolError,
} from '@proj/protocol';
import { abortedBy, ClientError } from './errors.ts';
import { decodeIncoming, type Incoming } from './incoming.ts';
import { onAbort } from './on-abort.ts';
import type { ConnectTransport, Transport } from './transport/transport.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const HELLO_ID = 'hello';

export interface WireListener {
  /** The daemon has greeted: requests may be written. */
  onOpen(hello: HelloReply): void;
  onMessage(message: Incoming, bytes: number): void;
  onDrain(): void;
  /** Once, and only after `onOpen`. */
  onEnd(cause: Error): void;
}

/** One connection from dial to end: lines out, messages in. It opens with `hello` and does not come back. */
export class Wire {
  readonly #listener: WireListener;
  readonly #closed: Promise<void>;
  #onClosed: () => void = () => {};
  #transport: Transport | undefined;
  #lines = new LineBuffer(defaultLimits.frame_bytes);
  #greet: ((greeting: HelloReply | Error) => void) | undefined;
  #state: 'opening' | 'open' | 'ended' = 'opening';
  #lastWords: ProtocolError | undefined;

  constructor(listener: WireListener) {
    this.#listener = listener;
    this.#closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  /** Dials and greets. Rejects when nobody answers within 10 s, the daemon refuses, or the signal aborts. */
  async open(openTransport: ConnectTransport, hello: HelloRequest, signal: AbortSignal): Promise<void> {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(handshakeTimeout()), HANDSHAKE_TIMEOUT_MS);
    const stopListening = onAbort(signal, () => attempt.abort(signal.reason));
    try {
      this.#transport = await openTransport(this.#transportEvents(), attempt.signal);
      await this.#greeted(hello, attempt.signal);
    } finally {
      clearTimeout(timer);
      stopListening();
    }
  }

  /** @returns false when the transport is full; wait for `onDrain`. */
  send(line: string): boolean {
    return this.#transport?.write(line) ?? false;
  }

  pause(): void {
    this.#transport?.pause();
  }

  resume(): void {
    this.#transport?.resume();
  }

  /** Ends it without a word to the listener. Resolves when the transport is gone. */
  close(): Promise<void> {
    this.#state = 'ended';
    this.#transport?.close();
    this.#greet?.(new ClientError('closed', 'the connection was closed'));
    return this.#transport === undefined ? Promise.resolve() : this.#closed;
  }

  #transportEvents(): Parameters<ConnectTransport>[0] {
    return {
      onBytes: (bytes) => this.#read(bytes),
      onDrain: () => this.#listener.onDrain(),
      onClose: (cause) => {
        this.#end(this.#lastWords ?? new ClientError('connection_lost', 'the daemon closed the connection', { cause }));
        this.#onClosed();
      },
    };
  }

  async #greeted(hello: HelloRequest, signal: AbortSignal): Promise<void> {
    const greeting = new Promise<HelloReply | Error>((resolve) => {
      this.#greet = resolve;
    });
    if (this.#state === 'ended') throw new ClientError('connection_lost', 'the daemon closed the connection');
    this.send(`${encodeAscii({ v: PROTOCOL_VERSION, id: HELLO_ID, type: 'hello', payload: hello })}\n`);
    const stopListening = onAbort(signal, () => this.#end(abortedBy(signal, 'connecting was aborted')));
    try {
      const outcome = await greeting;
      if (outcome instanceof Error) throw outcome;
    } finally {
      stopListening();
    }
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#lines.push(bytes);
      for (let line = this.#lines.take(); line !== undefined && this.#state !== 'ended'; line = this.#lines.take()) {
        this.#receive(decodeIncoming(line), line.length);
      }
    } catch (cause) {
      this.#end(violation(cause));
    }
  }

  #receive(message: Incoming, bytes: number): void {
    // An error that answers no line is the last one before the daemon closes.
    if (message.kind === 'refusal' && message.id === null) this.#lastWords = message.error;
    if (this.#state === 'open') this.#listener.onMessage(message, bytes);
    else if (message.kind === 'refusal') this.#end(message.error);
    else if (message.kind === 'reply' && message.id === HELLO_ID) this.#open(message.payload as unknown as HelloReply);
  }

  #open(hello: HelloReply): void {
    const frameBytes = hello.limits.frame_bytes;
    // Nothing but the greeting was asked for, so nothing else is in the old buffer.
    if (frameBytes !== defaultLimits.frame_bytes) this.#lines = new LineBuffer(frameBytes);
    this.#state = 'open';
    this.#listener.onOpen(hello);
    this.#greet?.(hello);
  }

  #end(cause: Error): void {
    if (this.#state === 'ended') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'ended';
    this.#transport?.close();
    if (wasOpen) this.#listener.onEnd(cause);
    else this.#greet?.(cause);
  }
}

function handshakeTimeout(): ClientError {
  return new ClientError('timeout', `the daemon did not greet within ${HANDSHAKE_TIMEOUT_MS} ms`);
}

function violation(cause: unknown): Error {
  if (cause instanceof ClientError) return cause;
  if (cause instanceof ProtocolError)
    return new ClientError('protocol_violation', 'the daemon sent a line above its own limit', { cause });
  return new ClientError('protocol_violation', 'the daemon sent what could not be read', { cause });
}
