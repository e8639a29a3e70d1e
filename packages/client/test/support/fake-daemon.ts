import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, type HelloReply, type Limits } from '@proj/protocol';

export interface SeenRequest {
  id: string;
  type: string;
  payload: Record<string, unknown>;
  from: FakePeer;
}

/** What a script does with a request: a payload to reply, an error, or nothing, to reply later or never. */
type Script = (request: SeenRequest) => Record<string, unknown> | Refusal | undefined;

export class Refusal {
  readonly code: string;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: string, details?: Record<string, unknown>) {
    this.code = code;
    this.details = details;
  }
}

/** The daemon's end of one connection. */
export class FakePeer {
  readonly socket: Socket;
  readonly number: number;

  constructor(socket: Socket, number: number) {
    this.socket = socket;
    this.number = number;
  }

  send(line: object): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }

  reply({ id }: SeenRequest, payload: object): void {
    this.send({ v: 1, id, ok: true, payload });
  }

  event(seq: number, fields: object = {}): void {
    this.send(eventLine(seq, fields));
  }

  /** Breaks the connection, as a crash does. */
  cut(): void {
    this.socket.destroy();
  }
}

/** A scripted daemon on a real Unix socket in a directory of its own. */
export class FakeDaemon implements AsyncDisposable {
  readonly path: string;
  readonly requests: SeenRequest[] = [];
  readonly peers: FakePeer[] = [];
  limits: Limits = defaultLimits;
  readonly #dir: string;
  readonly #scripts = new Map<string, Script>();
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #onChange: (() => void)[] = [];

  static async start(): Promise<FakeDaemon> {
    const dir = await mkdtemp(join(tmpdir(), 'proj-client-'));
    const daemon = new FakeDaemon(dir);
    await daemon.listen();
    return daemon;
  }

  private constructor(dir: string) {
    this.#dir = dir;
    this.path = join(dir, 'd.sock');
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    server.listen(this.path);
    await once(server, 'listening');
  }

  /** Dies: the socket file goes, connections break. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#open) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  on(type: string, script: Script): this {
    this.#scripts.set(type, script);
    return this;
  }

  cutAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Requests of a type, in the order they came. */
  seen(type: string): SeenRequest[] {
    return this.requests.filter((request) => request.type === type);
  }

  get connections(): number {
    return this.#open.size;
  }

  /** Resolves when the condition holds; it is looked at whenever something comes, opens or closes. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#onChange.push(resolve);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#dir, { recursive: true });
  }

  #serve(socket: Socket): void {
    const peer = new FakePeer(socket, this.peers.length);
    this.peers.push(peer);
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#changed();
    });
    let rest = '';
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#answer(peer, JSON.parse(line));
    });
    this.#changed();
  }

  #answer(from: FakePeer, { id, type, payload }: SeenRequest): void {
    const request = { id, type, payload, from };
    this.requests.push(request);
    const reply = (this.#scripts.get(type) ?? defaults.get(type))?.call(undefined, request) ?? this.#greet(request);
    if (reply instanceof Refusal)
      from.send({ v: 1, id, ok: false, error: { code: reply.code, message: 'no', details: reply.details } });
    else if (reply !== undefined) from.reply(request, reply);
    this.#changed();
  }

  #greet({ type, from }: SeenRequest): Record<string, unknown> | undefined {
    return type === 'hello' && !this.#scripts.has('hello') ? { ...helloOf(from.number, this.limits) } : undefined;
  }

  #changed(): void {
    const waiting = this.#onChange;
    this.#onChange = [];
    for (const wake of waiting) wake();
  }
}

export function helloOf(number: number, limits: Limits = defaultLimits): HelloReply {
  return {
    server: 'fake/0.0.0',
    version: 1,
    client_id: `client-${number}`,
    channel: 'control',
    limits,
    capabilities: ['ping'],
    assurance: 'guardrail',
  };
}

export function eventLine(
  seq: number,
  fields: object = {},
): { v: 1; seq: number; at: string; type: string; payload: object } {
  return {
    v: 1,
    seq,
    at: '2026-11-20T10:00:00.000Z',
    type: 'session.event',
    payload: { event_type: 'status_update', message: `${seq}` },
    ...fields,
  };
}

const defaults = new Map<string, Script>([['ping', ({ payload }) => ({ ...payload, at: '2026-11-20T10:00:00.000Z' })]]);
