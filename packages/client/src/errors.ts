/** What can go wrong on this side of the wire. What the daemon refuses is a `ProtocolError`. */
export type ClientErrorCode =
  | 'not_running'
  | 'not_permitted'
  | 'directory_unsafe'
  | 'path_too_long'
  | 'connection_lost'
  | 'closed'
  | 'aborted'
  | 'timeout'
  | 'too_many_pending'
  | 'frame_too_large'
  | 'protocol_violation';

export interface ClientErrorFields {
  cause?: unknown;
  mayHaveHappened?: boolean;
}

/** An error of the SDK itself: it never crossed the wire. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /**
   * True when the request was written, changes something, and no reply came: the daemon may or may not have done it.
   * False when it certainly did not.
   */
  readonly mayHaveHappened: boolean;

  constructor(code: ClientErrorCode, message: string, { cause, mayHaveHappened = false }: ClientErrorFields = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.mayHaveHappened = mayHaveHappened;
  }
}

/** The error of something that an `AbortSignal` ended; its reason is the cause. */
export function abortedBy(signal: AbortSignal | undefined, message: string): ClientError {
  const reason: unknown = signal?.reason;
  return reason instanceof ClientError ? reason : new ClientError('aborted', message, { cause: reason });
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new ClientError('connection_lost', 'it failed', { cause: thrown });
}
