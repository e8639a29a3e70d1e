import { encodeAscii } from './ascii.ts';
import { ProtocolError } from './errors.ts';
import type { JournaledPayloads, JournaledType, PushPayloads, PushType } from './generated/events.gen.ts';
import type { By, Limits } from './generated/types.gen.ts';
import { type JsonScan, scanJson } from './json-scan.ts';

/** The envelope version this package speaks. */
export const PROTOCOL_VERSION = 1;

const ID = /^[A-Za-z0-9_.:-]{1,128}$/;
// After its key and a colon; one written with escapes counts as unreadable.
const WRITTEN_ID = /^\s*"([A-Za-z0-9_.:-]{1,128})"/;
const ENVELOPE_FIELDS = ['v', 'id', 'type', 'payload'];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A request line whose envelope is sound. Type and payload are not looked at yet. */
export interface Envelope {
  id: string;
  type: string;
  payload: unknown;
  /** The line has a field beside `v`, `id`, `type` and `payload`. */
  strayField: boolean;
  /** Keys of all objects in the payload, as written: more than it holds where a key stands twice. */
  payloadKeys: number;
  /** What no line may hold, wherever it stands. */
  forbidden: 'key' | 'surrogate' | 'number' | undefined;
}

export type Decoded = { id: string; envelope: Envelope } | { id: string | null; error: ProtocolError };

interface EventHead<T> {
  v: 1;
  at: string;
  type: T;
  session_id?: string;
}

/** An event of the journal, told apart by `type`. */
export type JournalEvent = {
  [T in JournaledType]: EventHead<T> & { seq: number; by?: By; payload: JournaledPayloads[T] };
}[JournaledType];

/** What a subscriber gets beside events: no `seq`, not in the journal, not replayed. */
export type PushEvent = { [T in PushType]: EventHead<T> & { payload: PushPayloads[T] } }[PushType];

/**
 * Decodes one request line. Never throws: a line that is not an envelope gives the error to reply with, and the id
 * where it could be read.
 */
export function decodeRequestLine(line: Uint8Array, limits: Pick<Limits, 'depth'>): Decoded {
  const scan = scanJson(line);
  // Before JSON.parse, which takes its time over a million brackets.
  if (scan.depth > limits.depth) return { id: writtenId(line, scan.idAt), error: tooDeep(limits.depth) };
  const value = parse(line);
  if (value === undefined)
    return { id: null, error: new ProtocolError('malformed_json', 'the line is not JSON in UTF-8') };
  if (!isObject(value)) return { id: null, error: invalidEnvelope('a request is a JSON object') };
  return checkEnvelope(value, scan);
}

/** The line of a reply that says yes, without its end. */
export function encodeReply(id: string, payload: object): string {
  return encodeAscii({ v: PROTOCOL_VERSION, id, ok: true, payload });
}

/** The line of a reply that says no, without its end. */
export function encodeErrorReply(id: string | null, error: ProtocolError): string {
  return encodeAscii({ v: PROTOCOL_VERSION, id, ok: false, error: error.toBody() });
}

/** The line of an event, without its end: the same bytes for every subscriber. */
export function encodeEvent({ seq, at, type, session_id, by, payload }: JournalEvent): string {
  return encodeAscii({ v: PROTOCOL_VERSION, seq, at, type, session_id, by, payload });
}

/** The line of a push, without its end. */
export function encodePush({ at, type, session_id, payload }: PushEvent): string {
  return encodeAscii({ v: PROTOCOL_VERSION, at, type, session_id, payload });
}

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(line));
  } catch {
    return undefined;
  }
}

function checkEnvelope(value: Record<string, unknown>, scan: JsonScan): Decoded {
  const id = readId(value);
  const { v, type, payload } = value;
  if (scan.outerKeys !== Object.keys(value).length) return { id, error: invalidEnvelope('a field stands twice') };
  if (!Number.isInteger(v)) return { id, error: invalidEnvelope('v is the version, an integer') };
  if (v !== PROTOCOL_VERSION) return { id, error: unsupportedVersion() };
  if (id === null)
    return { id, error: invalidEnvelope('id is 1 to 128 characters out of letters, digits and _ . : -') };
  if (typeof type !== 'string') return { id, error: invalidEnvelope('type is a string') };
  const envelope: Envelope = {
    id,
    type,
    payload: payload === undefined ? {} : payload,
    strayField: Object.keys(value).some((key) => !ENVELOPE_FIELDS.includes(key)),
    payloadKeys: scan.keys - scan.outerKeys,
    forbidden: forbiddenIn(scan),
  };
  return { id, envelope };
}

function readId({ id }: Record<string, unknown>): string | null {
  return typeof id === 'string' && ID.test(id) ? id : null;
}

function writtenId(line: Uint8Array, at: number): string | null {
  if (at < 0) return null;
  const written = String.fromCharCode(...line.subarray(at, at + 256));
  return WRITTEN_ID.exec(written)?.[1] ?? null;
}

function forbiddenIn({ forbiddenKey, loneSurrogate, infinite }: JsonScan): Envelope['forbidden'] {
  if (forbiddenKey) return 'key';
  if (loneSurrogate) return 'surrogate';
  return infinite ? 'number' : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooDeep(limit: number): ProtocolError {
  return new ProtocolError('too_deep', `JSON may nest ${limit} levels at most`, { details: { limit } });
}

function unsupportedVersion(): ProtocolError {
  const details = { supported: [PROTOCOL_VERSION] };
  return new ProtocolError('unsupported_version', `the daemon speaks version ${PROTOCOL_VERSION}`, { details });
}

function invalidEnvelope(message: string): ProtocolError {
  return new ProtocolError('invalid_envelope', message);
}
