import { ProtocolError } from '@proj/protocol';

export type LocalErrorCode =
  | 'config_invalid'
  | 'directory_in_use'
  | 'directory_unsafe'
  | 'journal_unusable'
  | 'path_too_long'
  | 'socket_in_use';

/** Why a daemon could not start. It never crosses the wire; the message names the path and what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export function notFound(thing: 'session' | 'ask' | 'client'): ProtocolError {
  return new ProtocolError('not_found', `no ${thing} has this id`);
}

export function impossibleTransition(from: string, to: string): ProtocolError {
  return new ProtocolError('conflict', `what is ${from} cannot become ${to}`, { details: { from, to } });
}

/** No transition was asked for, and none could be: a session that has ended stays what it is. */
export function sessionEnded(state: string): ProtocolError {
  const details = { from: state, to: state };
  return new ProtocolError('conflict', `the session is ${state} and takes nothing more`, { details });
}

export function usedForSomethingElse(field: string): ProtocolError {
  return new ProtocolError('conflict', `this ${field} was used for something else`);
}

export function invalidField(path: string, message: string): ProtocolError {
  return ProtocolError.invalidPayload([{ path, message }]);
}

export function limitReached(
  code: 'too_many_asks' | 'too_many_sessions' | 'too_many_in_flight' | 'too_many_clients',
  message: string,
  limit: number,
): ProtocolError {
  return new ProtocolError(code, message, { details: { limit } });
}

export function forbidden(reason: string, message: string): ProtocolError {
  return new ProtocolError('forbidden', message, { details: { reason } });
}

export function cursorExpired(oldestSeq: number, headSeq: number): ProtocolError {
  const details = { oldest_seq: oldestSeq, head_seq: headSeq };
  return new ProtocolError('cursor_expired', `the journal holds ${oldestSeq} to ${headSeq}`, { details });
}

export function storageFailed(cause: unknown): ProtocolError {
  return new ProtocolError('storage_failed', 'the journal could not be written', { cause });
}

export function unreadable(cause: unknown): ProtocolError {
  return new ProtocolError('storage_failed', 'the journal could not be read', { cause });
}

export function shuttingDown(): ProtocolError {
  return new ProtocolError('shutting_down', 'the daemon is stopping');
}

/** The one place where something unknown becomes an error of the wire. */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR') return storageFailed(error);
  return new ProtocolError('internal', 'a fault of the daemon; its log has the cause', { cause: error });
}
