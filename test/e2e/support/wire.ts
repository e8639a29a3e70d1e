import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { ErrorReply, JournalEvent, MethodType, ReplyOf, SuccessReply } from '@proj/protocol';

type Type = MethodType<'runtime'> | MethodType<'control'>;
type ReplyTo<M extends Type> =
  M extends MethodType<'control'>
    ? ReplyOf<'control', M>
    : M extends MethodType<'runtime'>
      ? ReplyOf<'runtime', M>
      : never;
type Reply = SuccessReply | ErrorReply;

/** A connection that knows nothing but lines: what any other language would write. */
export class Wire {
  readonly socket: Socket;
  /** Every line that came, as it came. */
  readonly lines: string[] = [];
  /** Resolves when the daemon has closed. */
  readonly closed: Promise<void>;
  isClosed = false;
  #rest = '';
  #lastId = 0;
  #read = 0;
  #waiting: (() => void)[] = [];

  static async open(path: string): Promise<Wire> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.isClosed = true;
        resolve();
        this.#wake();
      });
    });
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Writes a request and returns its id. */
  send(type: string, payload: object = {}): string {
    this.#lastId += 1;
    const id = String(this.#lastId);
    this.write(`${JSON.stringify({ v: 1, id, type, payload })}\n`);
    return id;
  }

  /** The whole reply, good or bad. */
  async exchange(type: string, payload: object = {}): Promise<Reply> {
    return this.reply(this.send(type, payload));
  }

  /** The payload of a good reply; an error reply is thrown. */
  async request<M extends Type>(type: M, payload: object = {}): Promise<ReplyTo<M>> {
    const reply = await this.exchange(type, payload);
    if (!reply.ok) throw new Error(`${type}: ${reply.error.code}: ${reply.error.message}`);
    return reply.payload as ReplyTo<M>;
  }

  async reply(id: string | null): Promise<Reply> {
    return JSON.parse(await this.find((line) => 'ok' in line && line['id'] === id, `the reply ${id}`));
  }

  /** The first event of this type, of those that came so far or will. */
  async event<T extends JournalEvent['type']>(type: T): Promise<Extract<JournalEvent, { type: T }>> {
    return JSON.parse(await this.find((line) => line['type'] === type, `an event ${type}`));
  }

  /** The events so far, in the order they came. */
  events(): JournalEvent[] {
    const lines: JournalEvent[] = this.lines.map((line) => JSON.parse(line));
    return lines.filter((line) => 'seq' in line);
  }

  /** The next line nobody has taken by `nextLine`. */
  async nextLine(): Promise<string> {
    while (this.lines.length <= this.#read) await this.#more('a line');
    this.#read += 1;
    return this.lines[this.#read - 1] ?? '';
  }

  async find(matches: (line: Record<string, unknown>) => boolean, what: string): Promise<string> {
    for (let at = 0; ; at += 1) {
      while (this.lines.length <= at) await this.#more(what);
      const line = this.lines[at] ?? '';
      if (line.startsWith('{') && matches(JSON.parse(line))) return line;
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    this.lines.push(...parts);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #more(what: string): Promise<void> {
    if (this.isClosed) throw new Error(`closed before ${what}; the last line was ${this.lines.at(-1)}`);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
