import { connect, type Socket } from 'node:net';
import { ErrorReplySchema, EventSchema, PushSchema, SuccessReplySchema } from '@proj/protocol/validators';
import type { ErrorBody, Socket as Door } from '@proj/protocol';

/** What the suite needs of a door. Another transport runs the same suite by another way to make one. */
export interface RawClient {
  readonly door: Door;
  /** Settles when the daemon has closed the connection and every line of it has arrived. */
  readonly closed: Promise<void>;
  /** Sends one line; the end is added. */
  send(line: string | object): void;
  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): void;
  /** Sends no more; what the daemon writes still arrives. */
  endInput(): void;
  /** The next line in order of arrival. Rejects when the connection has ended without one. */
  next(): Promise<string>;
  /** The next event or push; replies stay where they are. */
  nextEvent(): Promise<Line>;
  /** Lines that have arrived and that nobody has taken. */
  readonly waiting: readonly string[];
  /** Reads nothing more until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
  /** Sends a request and gives the payload of its reply; throws a `Refused` where the reply is an error. */
  request(type: string, payload?: object): Promise<Payload>;
  /** Sends a request that must be refused, and gives the error. */
  refusal(type: string, payload?: object): Promise<ErrorBody>;
  /** Waits for the reply to a request sent by hand. */
  reply(id: string | null): Promise<Line>;
}

// The suite reads what it gets field by field and compares whole objects.
// oxlint-disable-next-line typescript/no-explicit-any
export type Payload = any;
// oxlint-disable-next-line typescript/no-explicit-any
export type Line = Record<string, any>;

class Refused extends Error {
  readonly body: ErrorBody;
  constructor(body: ErrorBody) {
    super(`${body.code}: ${body.message}`);
    this.body = body;
  }
}

export async function connectUnix(door: Door, path: string): Promise<RawClient> {
  const socket = connect({ path, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return new LineClient(door, socket);
}

interface Taker {
  wants: (line: string) => boolean;
  give: (line: string) => void;
  fail: (error: Error) => void;
}

class LineClient implements RawClient {
  readonly door: Door;
  readonly closed: Promise<void>;
  #socket: Socket;
  #lines: string[] = [];
  #takers: Taker[] = [];
  #partial: Buffer[] = [];
  #ended = false;
  #fault: Error | undefined;
  #count = 0;

  constructor(door: Door, socket: Socket) {
    this.door = door;
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        this.#end();
        resolve();
      };
      socket.once('end', end);
      socket.once('close', end);
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => this.#take(chunk));
  }

  get waiting(): readonly string[] {
    return this.#lines;
  }

  send(line: string | object): void {
    this.#socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  endInput(): void {
    this.#socket.end();
  }

  next(): Promise<string> {
    return this.#takeLine(() => true);
  }

  async nextEvent(): Promise<Line> {
    return JSON.parse(await this.#takeLine((line) => !('ok' in JSON.parse(line))));
  }

  async reply(id: string | null): Promise<Line> {
    return JSON.parse(
      await this.#takeLine((line) => {
        const parsed = JSON.parse(line);
        return 'ok' in parsed && parsed.id === id;
      }),
    );
  }

  async request(type: string, payload: object = {}): Promise<Payload> {
    const id = `${++this.#count}`;
    this.send({ v: 1, id, type, payload });
    const reply = await this.reply(id);
    if (reply['ok'] !== true) throw new Refused(reply['error']);
    return reply['payload'];
  }

  async refusal(type: string, payload: object = {}): Promise<ErrorBody> {
    const refused = await this.request(type, payload).then(
      (answer: object) => new Error(`${type} was done: ${JSON.stringify(answer)}`),
      (error: Error) => error,
    );
    if (refused instanceof Refused) return refused.body;
    throw refused;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #takeLine(wants: Taker['wants']): Promise<string> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    const at = this.#lines.findIndex(wants);
    if (at !== -1) return Promise.resolve(this.#lines.splice(at, 1).join(''));
    if (this.#ended) return Promise.reject(new Error('the connection has ended'));
    return new Promise((resolve, reject) => this.#takers.push({ wants, give: resolve, fail: reject }));
  }

  #take(chunk: Buffer): void {
    const stray = chunk.find((byte) => byte !== 0x0a && (byte < 0x20 || byte > 0x7e));
    if (stray !== undefined) return this.#break(new Error(`the daemon wrote the byte ${stray}`));
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      this.#partial.push(chunk.subarray(from, end));
      this.#give(Buffer.concat(this.#partial.splice(0)).toString('latin1'));
      from = end + 1;
    }
    if (from < chunk.length) this.#partial.push(chunk.subarray(from));
  }

  #give(line: string): void {
    const fault = line.startsWith('{"v":1,') ? faultOfLine(JSON.parse(line)) : undefined;
    if (fault !== undefined) return this.#break(new Error(`${fault}: ${line.slice(0, 500)}`));
    const at = this.#takers.findIndex((taker) => taker.wants(line));
    const [taker] = at === -1 ? [] : this.#takers.splice(at, 1);
    if (taker === undefined) this.#lines.push(line);
    else taker.give(line);
  }

  #break(fault: Error): void {
    this.#fault ??= fault;
    this.#socket.destroy();
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    const left =
      this.#partial.length > 0 ? new Error('the last line has no end') : new Error('the connection has ended');
    for (const taker of this.#takers.splice(0)) taker.fail(this.#fault ?? left);
    if (this.#socket.writable) this.#socket.end();
  }
}

/** Every envelope is held to the schemas, whatever test it comes up in. */
function faultOfLine(line: Line): string | undefined {
  const schema =
    'ok' in line
      ? line['ok'] === true
        ? SuccessReplySchema
        : ErrorReplySchema
      : 'seq' in line
        ? EventSchema
        : PushSchema;
  const parsed = schema.safeParse(line);
  return parsed.success
    ? undefined
    : `not a line of the wire (${parsed.error.issues.map((issue) => issue.message).join()})`;
}
