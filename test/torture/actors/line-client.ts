import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { ErrorCode } from '@proj/protocol';
import type { History, Result } from '../history/history.ts';
import type { StreamRecord } from '../history/stream-record.ts';

export interface LineClientOptions {
  /** Who it is in the history. */
  name: string;
  history: History;
  /** Gets the feed of this connection. */
  stream?: StreamRecord;
}

/** What came of a request: its reply, or nothing before the connection broke. */
export type Reply<P = Record<string, unknown>> =
  | { ok: true; payload: P }
  | { ok: false; code: ErrorCode; message: string }
  | { lost: true };

/** Connects to one of a daemon's sockets. */
export async function openLineClient(path: string, options: LineClientOptions): Promise<LineClient> {
  const socket = createConnection(path);
  const client = new LineClient(socket, options);
  await once(socket, 'connect');
  return client;
}

const EVENT_START = '{"v":1,"seq":';

/** A connection that knows lines and nothing else. Each request is an operation of the history. */
export class LineClient {
  readonly socket: Socket;
  readonly name: string;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  isClosed = false;
  /** The error that answered no line: why the daemon closed. */
  goodbye: string | undefined;
  #history: History;
  #stream: StreamRecord | undefined;
  #rest = '';
  #lastId = 0;
  #pending = new Map<string, (reply: Reply) => void>();

  constructor(socket: Socket, { name, history, stream }: LineClientOptions) {
    this.socket = socket;
    this.name = name;
    this.#history = history;
    this.#stream = stream;
    socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#lose();
        resolve();
      });
    });
  }

  /** Sends a request and resolves with what came of it; never rejects. */
  request<P = Record<string, unknown>>(type: string, payload: object = {}): Promise<Reply<P>> {
    const id = String((this.#lastId += 1));
    const end = this.#history.begin(this.name, type, payload);
    if (this.isClosed) return Promise.resolve(ended(end, { lost: true }));
    this.socket.write(`${JSON.stringify({ v: 1, id, type, payload })}\n`);
    return new Promise((resolve) => this.#pending.set(id, (reply) => resolve(ended(end, reply as Reply<P>))));
  }

  /** The payload of a good reply. @throws Error for any other. */
  async demand<P = Record<string, unknown>>(type: string, payload: object = {}): Promise<P> {
    const reply = await this.request<P>(type, payload);
    if ('lost' in reply) throw new Error(`${this.name}: ${type} got no reply`);
    if (!reply.ok) throw new Error(`${this.name}: ${type}: ${reply.code}: ${reply.message}`);
    return reply.payload;
  }

  /** From now on the feed of this connection goes there. */
  record(stream: StreamRecord): void {
    this.#stream = stream;
  }

  close(): void {
    this.socket.destroy();
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const line of parts) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    if (line.startsWith(EVENT_START)) return this.#stream?.take(line);
    const message = JSON.parse(line);
    if (!('ok' in message)) return;
    if (message.id === null) {
      this.goodbye = message.error?.code;
      return;
    }
    const settle = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    settle?.(message.ok ? { ok: true, payload: message.payload } : { ok: false, ...message.error });
  }

  #lose(): void {
    this.isClosed = true;
    for (const settle of this.#pending.values()) settle({ lost: true });
    this.#pending.clear();
  }
}

function ended<P>(end: (result: Result) => void, reply: Reply<P>): Reply<P> {
  end(reply as Result);
  return reply;
}
