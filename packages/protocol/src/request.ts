import type { z } from 'zod';
import type { Envelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import { type BuiltType, type MethodType, methodTable, type RequestOf } from './generated/methods.gen.ts';
import { requestValidators } from './generated/request-validators.gen.ts';
import type { Issue, Socket } from './generated/types.gen.ts';
import { issuesOf } from './issues.ts';

/** A request whose type is offered on its door and whose payload fits it. */
export type TypedRequest<S extends Socket> = {
  [T in BuiltType<S>]: { id: string; type: T; payload: RequestOf<S, T & MethodType<S>> };
}[BuiltType<S>];

const offered: Record<Socket, Map<string, z.ZodType>> = {
  runtime: offeredOn('runtime'),
  control: offeredOn('control'),
};

// These settle or open what a person decides on: a reader of the line and the daemon must see the same value.
const NO_DUPLICATE_KEYS = ['ask.open', 'ask.answer'];

const FORBIDDEN = {
  key: 'a key is __proto__, constructor or prototype',
  surrogate: 'a string has half of a surrogate pair',
  number: 'a number is too large',
};

/**
 * The typed request in an envelope.
 * @throws ProtocolError `unsupported_type`, `forbidden` (known on the other door only) or `invalid_payload`.
 */
export function parseRequest<S extends Socket>(socket: S, envelope: Envelope): TypedRequest<S> {
  const { id, type, payload } = envelope;
  const validator = offered[socket].get(type);
  if (validator === undefined) throw notOffered(socket, type);
  const faults = faultsOf(envelope);
  if (faults.length > 0) throw ProtocolError.invalidPayload(faults);
  const parsed = validator.safeParse(payload);
  if (!parsed.success) throw ProtocolError.invalidPayload(issuesOf(parsed.error));
  // The table pairs each type with its validator, which the compiler can't follow through a look-up by string.
  return { id, type, payload: parsed.data } as TypedRequest<S>;
}

function offeredOn(socket: Socket): Map<string, z.ZodType> {
  const built = methodTable.filter(({ sockets, stability }) => sockets.includes(socket) && stability === 'stable');
  const types = new Set(built.map(({ type }) => type));
  return new Map(Object.entries(requestValidators[socket]).filter(([type]) => types.has(type)));
}

function notOffered(socket: Socket, type: string): ProtocolError {
  const rows = methodTable.filter((row) => row.type === type);
  const wrongDoor = rows.length > 0 && !rows.some(({ sockets }) => sockets.includes(socket));
  if (!wrongDoor) return new ProtocolError('unsupported_type', 'the daemon offers no such type');
  const details = { reason: 'wrong_door' };
  return new ProtocolError('forbidden', `this type is not offered on ${socket}.sock`, { details });
}

function faultsOf({ strayField, forbidden, type, payload, payloadKeys }: Envelope): Issue[] {
  if (strayField) return [{ path: '', message: 'the request has an unknown field' }];
  if (forbidden !== undefined) return [{ path: '', message: FORBIDDEN[forbidden] }];
  const twice = NO_DUPLICATE_KEYS.includes(type) && payloadKeys !== countKeys(payload);
  return twice ? [{ path: '', message: 'a key stands twice' }] : [];
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, each) => sum + countKeys(each), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
