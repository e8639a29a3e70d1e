import type { ErrorBody, ErrorCode, ErrorDetails, Issue } from './generated/types.gen.ts';

export interface ErrorFields {
  details?: ErrorDetails;
  /** Stays in the process that threw; it is never sent. */
  cause?: unknown;
}

/**
 * An error that crosses the wire. `code` is one of the closed list in `schemas/error.schema.json`; the message names
 * the thing and the limit and never holds what the client sent.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, { details, cause }: ErrorFields = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** The body of an error reply. */
  toBody(): ErrorBody {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }

  static fromBody({ code, message, details }: ErrorBody): ProtocolError {
    return new ProtocolError(code, message, details === undefined ? {} : { details });
  }

  static invalidPayload(issues: Issue[]): ProtocolError {
    const [first] = issues;
    const where = first === undefined || first.path === '' ? 'the payload' : first.path;
    return new ProtocolError('invalid_payload', `${where}: ${first?.message ?? 'does not fit'}`, {
      details: { issues },
    });
  }
}
