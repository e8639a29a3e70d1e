import { ClientError } from '@proj/client';
import { type ErrorCode, ProtocolError } from '@proj/protocol';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { safeLine } from './safe-text.ts';

export interface Explanation {
  message: string;
  /** What to do next. */
  hint?: string | undefined;
  exitCode: number;
}

/** What went wrong, in words for a person, with what to do next and what to end with. */
export function explainFailure(error: unknown): Explanation {
  if (error instanceof Failure) return { message: error.message, hint: error.hint, exitCode: error.exitCode };
  if (error instanceof ProtocolError) return explainProtocolError(error);
  // Its message says what to do next.
  if (error instanceof ClientError)
    return { message: safeLine(error.message), exitCode: exitCodeOfClientError(error.code) };
  const message = error instanceof Error ? error.message : 'something that is not an error was thrown';
  return { message: `this is a fault of proj: ${safeLine(message)}`, exitCode: exitCodes.internal };
}

/** What an error reply makes a command end with. */
export function exitCodeOfError(code: ErrorCode): number {
  switch (code) {
    case 'shutting_down':
    case 'too_many_clients':
    case 'slow_consumer':
      return exitCodes.noDaemon;
    case 'internal':
    case 'storage_failed':
    case 'timeout':
    case 'paused':
    case 'too_many_in_flight':
    case 'too_many_asks':
    case 'too_many_sessions':
    case 'malformed_json':
    case 'invalid_envelope':
    case 'unsupported_version':
      return exitCodes.internal;
    default:
      return exitCodes.usage;
  }
}

function explainProtocolError({ code, message, details }: ProtocolError): Explanation {
  const [first] = details?.issues ?? [];
  const where = first === undefined || message.includes(first.message) ? '' : ` (${first.path}: ${first.message})`;
  return { message: safeLine(`${message}${where} [${code}]`), hint: hintFor(code), exitCode: exitCodeOfError(code) };
}

function hintFor(code: ErrorCode): string | undefined {
  switch (code) {
    case 'not_found':
      return 'proj sessions and proj asks list what is there';
    case 'cursor_expired':
      return 'begin at a later event, or without one';
    case 'paused':
      return 'proj resume';
    case 'too_many_asks':
      return 'answer some first: proj asks';
    case 'unsupported_type':
    case 'forbidden':
      return 'proj ipc types lists the types and their doors';
    case 'internal':
    case 'storage_failed':
      return "the daemon's log has the cause";
    default:
      return undefined;
  }
}

function exitCodeOfClientError(code: ClientError['code']): number {
  switch (code) {
    case 'not_running':
    case 'connection_lost':
    case 'closed':
    case 'timeout':
      return exitCodes.noDaemon;
    case 'directory_unsafe':
      return exitCodes.directoryRefused;
    case 'path_too_long':
      return exitCodes.usage;
    default:
      return exitCodes.internal;
  }
}
