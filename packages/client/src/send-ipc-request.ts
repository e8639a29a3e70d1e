import {
  encodeAscii,
  type ErrorReply,
  LineBuffer,
  PROTOCOL_VERSION,
  type Request,
  type SuccessReply,
} from '@proj/protocol';
import { type Deferred, deferred } from './deferred.ts';
import { abortedBy, asError, ClientError } from './errors.ts';
import { decodeReply } from './incoming.ts';
import { onAbort } from './on-abort.ts';
import { isRead } from './repeat.ts';
import { unixSocket } from './transport/unix-socket.ts';

export interface SendOptions {
  /** Milliseconds for all of it; 5,000 by default. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

// Only a bound: the daemon's own limit for a line is what counts, and nothing has asked for it here.
const LONGEST_REPLY_BYTES = 67_108_864;

/** A request line; `v` is 1 and `id` is `1` unless they are given. */
export type IpcEnvelope = Omit<Request, 'v' | 'id'> & Partial<Pick<Request, 'v' | 'id'>>;

/**
 * Writes one line, reads the one reply, closes. Nothing is tried again. An error reply is a value, not a throw.
 * @throws ClientError `not_running`, `timeout`, `aborted`, `connection_lost`, `protocol_violation`; its
 * `mayHaveHappened` says whether the daemon may have acted all the same.
 */
export async function sendIpcRequest(
  socketPath: string,
  envelope: IpcEnvelope,
  { timeoutMs = 5_000, signal }: SendOptions = {},
): Promise<SuccessReply | ErrorReply> {
  const attempt = new AbortController();
  const timer = setTimeout(
    () => attempt.abort(new ClientError('timeout', `no reply within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const stopListening = onAbort(signal, () => attempt.abort(abortedBy(signal, 'the request was aborted')));
  try {
    return await exchange(socketPath, { v: PROTOCOL_VERSION, id: '1', ...envelope }, attempt.signal);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

async function exchange(socketPath: string, request: Request, signal: AbortSignal): Promise<SuccessReply | ErrorReply> {
  const line = `${encodeAscii(request)}\n`;
  const reply = deferred<SuccessReply | ErrorReply>();
  const fail = (cause: Error): void => reply.reject(unanswered(request, cause));
  const transport = await unixSocket(socketPath)(
    {
      onBytes: readReply(reply),
      onDrain: () => {},
      onClose: (cause) => fail(cause ?? new Error('the daemon closed the connection')),
    },
    signal,
  );
  const stopListening = onAbort(signal, () => fail(abortedBy(signal, 'the request was aborted')));
  try {
    transport.write(line);
    return await reply.promise;
  } finally {
    stopListening();
    transport.close();
  }
}

function readReply({ resolve, reject }: Deferred<SuccessReply | ErrorReply>): (bytes: Uint8Array) => void {
  const lines = new LineBuffer(LONGEST_REPLY_BYTES);
  return (bytes) => {
    try {
      lines.push(bytes);
      const line = lines.take();
      if (line !== undefined) resolve(decodeReply(line));
    } catch (cause) {
      reject(asError(cause));
    }
  };
}

function unanswered({ type }: Request, cause: Error): ClientError {
  const code = cause instanceof ClientError ? cause.code : 'connection_lost';
  return new ClientError(code, `${type}: ${cause.message}`, { cause, mayHaveHappened: !isRead(type) });
}
