import { performance } from 'node:perf_hooks';
import { encodeErrorReply, type Limits, type ProtocolError, type Socket } from '@proj/protocol';
import { timestamp, type Clock } from './clock.ts';
import { Connection } from './connection/connection.ts';
import { sweepConnections } from './connection/sweep.ts';
import type { Core } from './core.ts';
import { limitReached } from './errors.ts';
import type { Sink } from './feed/cursor.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import type { DaemonPaths } from './paths.ts';
import { isTextCommand } from './text-commands/grammar.ts';
import { runTextCommand } from './text-commands/run.ts';
import { clientsByOpenFiles } from './transport/open-files.ts';
import { createPeerReader, type PeerReader } from './transport/peer-credentials.ts';
import type { ByteStream, Listener } from './transport/transport.ts';
import { listenUnixSocket } from './transport/unix-socket.ts';

const LAST_LINE_MS = 2_000;

export interface EndpointDeps {
  paths: DaemonPaths;
  /** The group whose members may use runtime.sock. */
  agentsGid: number | undefined;
  clock: Clock;
  limits: () => Limits;
  core: Core;
  log: Log;
}

/** The two doors, and whoever has come in by them. */
export class Endpoints {
  #deps: EndpointDeps;
  #connections = new Map<string, Connection>();
  #listeners: Listener[] = [];
  #stopSweep: () => void = () => {};
  #peerOf: PeerReader = createPeerReader();
  #lastActive = performance.now();
  #clientsByOpenFiles = clientsByOpenFiles();

  constructor(deps: EndpointDeps) {
    this.#deps = deps;
  }

  /** Where the feed writes what a client is to get; undefined when it has gone. */
  sinkOf(clientId: string): Sink | undefined {
    const connection = this.#connections.get(clientId);
    return connection === undefined ? undefined : sinkOf(connection, this.#deps.log);
  }

  /** Since when nobody is connected, in milliseconds; 0 while somebody is. */
  get idleMs(): number {
    return this.#connections.size > 0 ? 0 : performance.now() - this.#lastActive;
  }

  /** @throws LocalError `path_too_long` or `socket_in_use` */
  async open(): Promise<void> {
    const { paths, agentsGid } = this.#deps;
    try {
      await this.#listen('runtime', paths.runtimeSocket, agentsGid);
      await this.#listen('control', paths.controlSocket);
    } catch (error) {
      await this.closeDoors();
      throw error;
    }
    this.#stopSweep = sweepConnections(() => this.#connections.values(), this.#deps.limits);
  }

  /** Takes no more clients. */
  async closeDoors(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#listeners = [];
  }

  /** Says goodbye to everybody and resolves when they have gone; each has 2 s. */
  async dismiss(goodbye: ProtocolError): Promise<void> {
    const connections = [...this.#connections.values()];
    const gone = connections.map((connection) => connection.whenClosed);
    for (const connection of connections) connection.fail(goodbye);
    await Promise.all(gone);
    this.#stopSweep();
  }

  /** Closes every connection now. */
  destroyAll(): void {
    for (const connection of this.#connections.values()) connection.destroy();
  }

  async #listen(socket: Socket, path: string, gid?: number): Promise<void> {
    const listener = await listenUnixSocket({
      path,
      gid,
      onConnection: (stream) => this.#accept(socket, stream),
      onError: (error) => this.#deps.log('error', 'a socket failed', { socket, cause: error.message }),
    });
    this.#listeners.push(listener);
  }

  #accept(socket: Socket, stream: ByteStream): void {
    const { limits, clock, log } = this.#deps;
    const { clients, feed } = this.#deps.core;
    const { clients: limit } = limits();
    const byOpenFiles = this.#clientsByOpenFiles[socket];
    if (clients.counts[socket] >= limit) return turnAway(stream, limit);
    if (this.#connections.size >= byOpenFiles) return cutOff(stream, Math.max(byOpenFiles, 0));
    const clientId = newId('cli');
    const connection = new Connection({
      clientId,
      socket,
      stream,
      peer: this.#peerOf(stream),
      limits,
      connectedAt: timestamp(clock.now()),
      isSubscribed: () => feed.isSubscribed(clientId),
      onLine: (line, from) => this.#handle(line, from),
      onDrain: () => feed.resume(clientId),
      onClose: (left) => this.#leave(left),
    });
    this.#connections.set(clientId, connection);
    clients.add(connection);
    log('debug', 'client connected', { client_id: clientId, socket });
    const at = connection.connectedAt;
    feed.push({ v: 1, at, type: 'client.connected', payload: clients.infoOf(connection) });
  }

  #handle(line: Uint8Array, connection: Connection): void {
    const { dispatch } = this.#deps.core;
    if (connection.socket === 'control' && isTextCommand(line)) runTextCommand(dispatch, line, connection);
    else dispatch.receive(line, connection);
  }

  #leave(connection: Connection): void {
    const { clock, log, core } = this.#deps;
    const { clientId, socket, closeReason: reason } = connection;
    this.#connections.delete(clientId);
    this.#lastActive = performance.now();
    core.clients.remove(connection);
    core.clientLeft(clientId);
    log('debug', 'client disconnected', { client_id: clientId, socket, reason });
    const payload = { client_id: clientId, socket, ...(reason !== undefined && { reason }) };
    core.feed.push({ v: 1, at: timestamp(clock.now()), type: 'client.disconnected', payload });
  }
}

function sinkOf(connection: Connection, log: Log): Sink {
  return {
    get isFull() {
      return connection.outbox.isFullForFeed;
    },
    write: (bytes) => connection.outbox.addBytes(bytes),
    fail: (error) => {
      if (error.code === 'storage_failed') log('error', error.message, { cause: String(error.cause) });
      connection.fail(error);
    },
  };
}

function turnAway(stream: ByteStream, limit: number): void {
  stream.on('error', () => stream.destroy());
  const timer = setTimeout(() => stream.destroy(), LAST_LINE_MS);
  stream.once('close', () => clearTimeout(timer));
  stream.end(tooManyClients(limit), () => stream.destroy());
}

// Frees the file before the next client of the same burst is taken.
function cutOff(stream: ByteStream, limit: number): void {
  stream.on('error', () => stream.destroy());
  stream.write(tooManyClients(limit));
  stream.destroy();
}

function tooManyClients(limit: number): string {
  const error = limitReached('too_many_clients', `the socket serves ${limit} clients at most`, limit);
  return `${encodeErrorReply(null, error)}\n`;
}
