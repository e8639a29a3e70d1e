import {
  type ErrorBody,
  type ErrorReply,
  type JournalEvent,
  ProtocolError,
  type PushEvent,
  type SuccessReply,
} from '@proj/protocol';
import { ClientError } from './errors.ts';

/** A line of the daemon. `other` is what this version doesn't know: ignored, so that the wire can grow. */
export type Incoming =
  | { kind: 'reply'; id: string; payload: Record<string, unknown> }
  | { kind: 'refusal'; id: string | null; error: ProtocolError }
  | { kind: 'event'; event: JournalEvent | PushEvent }
  | { kind: 'other' };

const utf8 = new TextDecoder();

/**
 * Decodes a line of the daemon. Payloads are not validated: the daemon is trusted to keep to the schemas, and what it
 * may add later is passed on.
 * @throws ClientError `protocol_violation` when the line is not a JSON object.
 */
export function decodeIncoming(line: Uint8Array): Incoming {
  const value = parseObject(line);
  const { id, ok, type, payload } = value;
  if (ok === true && typeof id === 'string') return { kind: 'reply', id, payload: isObject(payload) ? payload : {} };
  if (ok === false)
    return { kind: 'refusal', id: typeof id === 'string' ? id : null, error: readError(value['error']) };
  if (ok === undefined && typeof type === 'string' && isObject(payload)) {
    return { kind: 'event', event: value as unknown as JournalEvent | PushEvent };
  }
  return { kind: 'other' };
}

/**
 * The reply a line is, as it stands there.
 * @throws ClientError `protocol_violation` when it is something else.
 */
export function decodeReply(line: Uint8Array): SuccessReply | ErrorReply {
  const value = parseObject(line);
  if (typeof value['ok'] !== 'boolean')
    throw new ClientError('protocol_violation', 'the daemon sent a line that is not a reply');
  return value as unknown as SuccessReply | ErrorReply;
}

function parseObject(line: Uint8Array): Record<string, unknown> {
  const value = parseJson(line);
  if (!isObject(value)) throw new ClientError('protocol_violation', 'the daemon sent a line that is not a JSON object');
  return value;
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(line));
  } catch (cause) {
    throw new ClientError('protocol_violation', 'the daemon sent a line that is not JSON', { cause });
  }
}

function readError(body: unknown): ProtocolError {
  if (!isObject(body) || typeof body['code'] !== 'string')
    return new ProtocolError('internal', 'the daemon gave no reason');
  return ProtocolError.fromBody(body as unknown as ErrorBody);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
