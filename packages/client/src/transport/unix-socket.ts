import { connect, type Socket } from 'node:net';
import { abortedBy, ClientError } from '../errors.ts';
import { onAbort } from '../on-abort.ts';
import { reconnectDelayMs, sleep } from '../reconnect.ts';
import type { ConnectTransport, Transport, TransportEvents } from './transport.ts';

const READ_BYTES = 65_536;
const FLUSH_BYTES = 65_536;
// sun_path holds 104 bytes with its NUL on macOS; Node 20 cuts a longer path silently.
const LONGEST_PATH_BYTES = 103;
// A full backlog means that the daemon is there and busy.
const BUSY = { minMs: 5, maxMs: 200 };

/** A transport over the Unix socket at `path`. A full backlog (`EAGAIN`) is tried again until the signal aborts. */
export function unixSocket(path: string): ConnectTransport {
  return async (events, signal) => {
    if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) throw pathTooLong(path);
    for (let attempt = 0; ; attempt += 1) {
      const opened = await openOnce(path, events, signal);
      if (opened !== 'busy') return opened;
      await sleep(reconnectDelayMs(attempt, BUSY), signal);
    }
  };
}

function openOnce(path: string, events: TransportEvents, signal: AbortSignal): Promise<Transport | 'busy'> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortedBy(signal, 'connecting was aborted'));
    let open = false;
    let cause: Error | undefined;
    const socket = dial(path, (bytes) => events.onBytes(bytes));
    const stopListening = onAbort(signal, () => socket.destroy(abortedBy(signal, 'connecting was aborted')));
    socket.on('connect', () => {
      open = true;
      stopListening();
      resolve(new UnixSocketTransport(socket));
    });
    socket.on('drain', () => events.onDrain());
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('close', () => {
      stopListening();
      if (open) events.onClose(cause);
      else if (codeOf(cause) === 'EAGAIN') resolve('busy');
      else reject(connectFailure(path, cause));
    });
    return undefined;
  });
}

/** Reads into one buffer that is used again for each chunk: the reader copies what it keeps. */
function dial(path: string, onBytes: (bytes: Uint8Array) => void): Socket {
  const buffer = new Uint8Array(READ_BYTES);
  const callback = (length: number): boolean => {
    onBytes(buffer.subarray(0, length));
    return true;
  };
  return connect({ path, onread: { buffer, callback } });
}

class UnixSocketTransport implements Transport {
  readonly #socket: Socket;
  #outgoing = '';

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(line: string): boolean {
    if (this.#outgoing === '') process.nextTick(() => this.#flush());
    this.#outgoing += line;
    if (this.#outgoing.length >= FLUSH_BYTES) this.#flush();
    return !this.#socket.writableNeedDrain;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#outgoing = '';
    this.#socket.destroy();
  }

  #flush(): void {
    const lines = this.#outgoing;
    this.#outgoing = '';
    // Lines are ASCII, for which latin1 is the quickest encoding.
    if (lines !== '' && this.#socket.writable) this.#socket.write(lines, 'latin1');
  }
}

function connectFailure(path: string, cause: Error | undefined): Error {
  if (cause instanceof ClientError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK' || code === 'ENOTDIR') {
    return new ClientError('not_running', `no daemon at ${path}; start one with: proj ipc serve-sockets`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ClientError('not_permitted', `no permission to connect to ${path}; run as the user the daemon runs as`, {
      cause,
    });
  }
  return new ClientError('connection_lost', `could not connect to ${path} (${code ?? 'closed'})`, { cause });
}

function pathTooLong(path: string): ClientError {
  const bytes = Buffer.byteLength(path);
  const message = `the socket path has ${bytes} bytes, ${LONGEST_PATH_BYTES} at most; use a shorter directory: ${path}`;
  return new ClientError('path_too_long', message);
}

function codeOf(error: Error | undefined): string | undefined {
  return error !== undefined && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
