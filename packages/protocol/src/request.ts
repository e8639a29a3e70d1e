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

const validators: Record<Socket, Map<string, z.ZodType>> = {
  runtime: new Map(Object.entries(requestValidators.runtime)),
  control: new Map(Object.entries(requestValidators.control)),
};

// These settle or open what a person decides on: a reader of the line and the daemon must see the same value.
const NO_DUPLICATE_KEYS = ['ask.open', 'ask.answer'];

/**
 * The typed request in an envelope.
 * @throws ProtocolError `unsupported_type`, `forbidden` (known on the other door only) or `invalid_payload`.
 */
export function parseRequest<S extends Socket>(socket: S, envelope: Envelope): TypedRequest<S> {
  const { id, type, payload } = envelope;
  const validator = findValidator(socket, type);
  const faults = faultsOf(envelope);
  if (faults.length > 0) throw ProtocolError.invalidPayload(faults);
  const parsed = validator.safeParse(payload);
  if (!parsed.success) throw ProtocolError.invalidPayload(issuesOf(parsed.error));
  // The table pairs each type with its validator, which the compiler can't follow through a look-up by string.
  return { id, type, payload: parsed.data } as TypedRequest<S>;
}

function findValidator(socket: Socket, type: string): z.ZodType {
  const row = methodTable.find((each) => each.type === type && each.sockets.includes(socket));
  if (row === undefined && methodTable.some((each) => each.type === type)) throw wrongDoor(socket);
  const validator = row?.stability === 'stable' ? validators[socket].get(type) : undefined;
  if (validator === undefined) throw new ProtocolError('unsupported_type', 'the daemon offers no such type');
  return validator;
}

function wrongDoor(socket: Socket): ProtocolError {
  return new ProtocolError('forbidden', `this type is not offered on ${socket}.sock`, { details: { reason: 'wrong_door' } });
}

function faultsOf({ strayField, duplicateKey, forbidden, type }: Envelope): Issue[] {
  if (strayField) return [{ path: '', message: 'the request has an unknown field' }];
  if (forbidden === 'key') return [{ path: '', message: 'a key is __proto__, constructor or prototype' }];
  if (forbidden === 'surrogate') return [{ path: '', message: 'a string has half of a surrogate pair' }];
  if (duplicateKey && NO_DUPLICATE_KEYS.includes(type)) return [{ path: '', message: 'a key stands twice' }];
  return [];
}
