import type { Socket } from '@proj/protocol';
import { Connection, type ConnectionSettings, type ConnectionState } from './connection.ts';
import { Control } from './control.ts';
import { ClientError } from './errors.ts';
import { HeldSessions } from './held-sessions.ts';
import { locateDaemon } from './locate-daemon.ts';
import { present } from './present.ts';
import { defaultReconnect } from './reconnect.ts';
import { Runtime } from './runtime.ts';
import type { ConnectTransport } from './transport/transport.ts';
import { unixSocket } from './transport/unix-socket.ts';

export interface ConnectOptions {
  /** The daemon's directory. Left out, the default daemon: see `locateDaemon`. */
  dir?: string | undefined;
  /** The socket itself, instead of `dir`. */
  socketPath?: string | undefined;
  /** Name of the program, as `name/version`; `@proj/client` by default. */
  client?: string | undefined;
  /** The identity for the audit, such as `slack:C042`. The daemon makes one where none is given. */
  channelId?: string | undefined;
  /** True by default: a lost connection is made again, for ever, with full jitter between 100 ms and 5 s. */
  reconnect?: boolean | { minMs?: number | undefined; maxMs?: number | undefined } | undefined;
  /** Try until a daemon is there, instead of failing at once when none is; false by default. */
  waitForDaemon?: boolean | undefined;
  /** Ends the connecting with a `ClientError` `aborted`. It has no effect on an open connection. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for each request but `ask.wait` and `session.receive`; without one there is no limit. */
  requestTimeoutMs?: number | undefined;
  /** How many requests may wait to be written before one is refused as `too_many_pending`; 10,000 by default. */
  maxPending?: number | undefined;
  /** Another way to the daemon than a Unix socket. */
  connectTransport?: ConnectTransport | undefined;
  onStateChange?: ((state: ConnectionState) => void) | undefined;
}

const MAX_PENDING = 10_000;

/**
 * Connects a program to the daemon. Resolves when the daemon has greeted.
 *
 * The open connection keeps the process alive, as a socket does; `close` lets it end.
 * @throws ClientError `not_running` when no daemon is there and `waitForDaemon` is not set; `not_permitted`,
 * `path_too_long`, `directory_unsafe`, `aborted`, or `timeout` when it does not greet within 10 s.
 * @throws ProtocolError what the daemon refused, such as `too_many_clients`.
 */
export async function connectRuntime(options: ConnectOptions = {}): Promise<Runtime> {
  const settings = settle('runtime', options);
  const held = new HeldSessions();
  const connection: Connection<'runtime'> = new Connection(settings, {
    onStateChange: options.onStateChange,
    onOpen: () => void held.renew(connection),
  });
  await open(connection, options);
  return new Runtime(connection, { settings, held });
}

/** Connects an operator, or a tool of theirs. The same promise and errors as `connectRuntime`. */
export async function connectControl(options: ConnectOptions = {}): Promise<Control> {
  const settings = settle('control', options);
  const connection = new Connection<'control'>(settings, { onStateChange: options.onStateChange });
  await open(connection, options);
  return new Control(connection, settings);
}

async function open<S extends Socket>(
  connection: Connection<S>,
  { waitForDaemon = false, signal, dir }: ConnectOptions,
): Promise<void> {
  try {
    await connection.connect({ insist: waitForDaemon, signal });
  } catch (error) {
    // The message ends with the command that starts one; it has to be one in this directory.
    const isMissing = error instanceof ClientError && error.code === 'not_running' && dir !== undefined;
    throw isMissing ? new ClientError('not_running', `${error.message} --dir ${dir}`, { cause: error }) : error;
  }
}

function settle(socket: Socket, options: ConnectOptions): ConnectionSettings {
  const { client = '@proj/client', channelId, requestTimeoutMs, maxPending = MAX_PENDING } = options;
  return {
    openTransport: options.connectTransport ?? unixSocket(options.socketPath ?? findSocket(socket, options)),
    hello: present({ client, versions: [1], channel_id: channelId }),
    reconnect: settleReconnect(options.reconnect),
    maxPending,
    requestTimeoutMs,
  };
}

function findSocket(socket: Socket, { dir }: ConnectOptions): string {
  const { runtimeSocket, controlSocket } = locateDaemon(present({ dir }));
  return socket === 'runtime' ? runtimeSocket : controlSocket;
}

function settleReconnect(reconnect: ConnectOptions['reconnect'] = true): ConnectionSettings['reconnect'] {
  if (reconnect === false) return undefined;
  const { minMs, maxMs } = reconnect === true ? defaultReconnect : { ...defaultReconnect, ...present(reconnect) };
  return { minMs: Math.max(1, minMs), maxMs: Math.max(1, maxMs) };
}
