import {
  decodeRequestLine,
  type Envelope,
  encodeErrorReply,
  encodeReply,
  type Limits,
  type ProtocolError,
} from '@proj/protocol';
import { parseRequest } from '@proj/protocol/validators';
import { invalidField, limitReached, shuttingDown, storageFailed, toProtocolError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Caller, Waiting } from '../method.ts';
import type { Routes } from './routes.ts';
import type { Turn } from './turn.ts';
import type { Waits } from './waits.ts';

/** A connection as dispatch sees it. */
export interface Asker extends Caller {
  /** A request's reply was put off: it counts as a wait and no more as in flight. False when the client has gone. */
  park(): boolean;
  /** Writes the reply's line; the request is in flight no more. */
  answer(line: string): void;
  /** Writes the reply's line; the wait has ended. */
  answerParked(line: string): void;
}

export interface DispatchDeps {
  routes: Routes;
  turn: Turn;
  waits: Waits;
  limits: () => Limits;
  isStopping: () => boolean;
  log: Log;
}

export type Outcome = { payload: object } | { error: unknown };
type UntypedMethod = (payload: unknown, caller: Caller) => object;

/** From a line to its reply. Whatever a method throws is caught here, once. */
export class Dispatch {
  #deps: DispatchDeps;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
  }

  /** Handles one request line; exactly one reply follows, now, after the commit, or when a wait ends. */
  receive(line: Uint8Array, asker: Asker): void {
    const decoded = decodeRequestLine(line, this.#deps.limits());
    if ('error' in decoded) return asker.answer(encodeErrorReply(decoded.id, decoded.error));
    const { envelope, id } = decoded;
    this.perform(envelope, asker, {
      done: (outcome) => asker.answer(this.#encode(id, outcome)),
      parked: () => asker.park(),
      unparked: (outcome) => asker.answerParked(this.#encode(id, outcome)),
    });
  }

  /** Runs the method of a request and says what came of it when that may be said. */
  perform(envelope: Envelope, caller: Caller, reply: ReplyCallbacks): void {
    const { turn } = this.#deps;
    const before = turn.isOpen ? turn.size : 0;
    const outcome = this.#run(envelope, caller);
    const wrote = turn.isOpen && turn.size > before;
    if ('waiting' in outcome) return this.#wait(outcome.waiting, caller, reply);
    if (!turn.isOpen) return reply.done(outcome);
    // Read-only or not, the reply may show what is not on disk yet. After a failure what only read is read again.
    turn.hold((end) => {
      if (end === 'committed') reply.done(outcome);
      else if (wrote) reply.done({ error: storageFailed(undefined) });
      else if (isStorageFault(outcome)) reply.done(outcome);
      else this.perform(envelope, caller, reply);
    });
  }

  #run(envelope: Envelope, caller: Caller): Outcome | { waiting: Waiting<object> } {
    const { turn } = this.#deps;
    const before = turn.isOpen ? turn.size : 0;
    try {
      const result = this.#call(envelope, caller);
      return result instanceof Waiting ? { waiting: result } : { payload: result };
    } catch (error) {
      // A method that fails half-way leaves nothing behind.
      if (turn.isOpen && turn.size > before) turn.fail(error);
      return { error };
    }
  }

  #call(envelope: Envelope, caller: Caller): object {
    const { routes, isStopping } = this.#deps;
    const { type, payload } = parseRequest(caller.socket, envelope);
    if (isStopping() && type !== 'ping' && type !== 'daemon.status') throw shuttingDown();
    // The table pairs each type with the method of its payload, which the compiler can't follow through the look-up.
    const methods = routes[caller.socket] as Readonly<Record<string, UntypedMethod>>;
    const method = methods[type];
    if (method === undefined) throw new Error(`no method for ${type}`);
    return method(payload, caller);
  }

  #wait(waiting: Waiting<object>, caller: Caller, reply: ReplyCallbacks): void {
    const { turn, waits, limits } = this.#deps;
    if (turn.isOpen) return turn.hold(() => this.#wait(waiting, caller, reply));
    const found = this.#look(waiting, waiting.timeoutMs === 0);
    if (found !== undefined) return reply.done(found);
    const { waits: limit } = limits();
    if (waits.countOf(caller.clientId) >= limit) {
      return reply.done({
        error: limitReached('too_many_in_flight', `a connection has ${limit} waits at most`, limit),
      });
    }
    if (!reply.parked()) return;
    this.#park({ waiting, caller, reply });
  }

  #park(parked: Parked): void {
    const { waiting, caller } = parked;
    const settle = (outcome: Outcome): void => this.#unpark(outcome, parked);
    this.#deps.waits.add({ clientId: caller.clientId, waiting, settle });
  }

  #look({ look, giveUp }: Waiting<object>, givesUp: boolean): Outcome | undefined {
    try {
      const payload = look() ?? (givesUp ? giveUp() : undefined);
      return payload === undefined ? undefined : { payload };
    } catch (error) {
      return { error };
    }
  }

  // What a wait saw may not be on disk yet. Where it does not get there, the wait looks again and may go on.
  #unpark(outcome: Outcome, parked: Parked): void {
    const { turn } = this.#deps;
    const { waiting, reply } = parked;
    if (!turn.isOpen) return reply.unparked(outcome);
    turn.hold((end) => {
      if (end === 'committed' || 'error' in outcome) return reply.unparked(outcome);
      const found = this.#look(waiting, waiting.timeoutMs !== undefined);
      if (found === undefined) this.#park(parked);
      else this.#unpark(found, parked);
    });
  }

  #encode(id: string, outcome: Outcome): string {
    if ('error' in outcome) return encodeErrorReply(id, this.#explain(outcome.error));
    const line = encodeReply(id, outcome.payload);
    const { frame_bytes } = this.#deps.limits();
    return line.length <= frame_bytes ? line : encodeErrorReply(id, tooLargeAsReply(frame_bytes));
  }

  #explain(error: unknown): ProtocolError {
    const known = toProtocolError(error);
    if (known.code === 'internal' || known.code === 'storage_failed') {
      this.#deps.log('error', known.message, { code: known.code, cause: causeOf(known.cause) });
    }
    return known;
  }
}

export interface ReplyCallbacks {
  done(outcome: Outcome): void;
  /** False when nobody waits for the reply any more. */
  parked(): boolean;
  unparked(outcome: Outcome): void;
}

interface Parked {
  waiting: Waiting<object>;
  caller: Caller;
  reply: ReplyCallbacks;
}

// Tried again it would fail again, for as long as the disk is full.
function isStorageFault(outcome: Outcome): boolean {
  return 'error' in outcome && toProtocolError(outcome.error).code === 'storage_failed';
}

function tooLargeAsReply(limit: number): ProtocolError {
  return invalidField('', `the reply would be a line above ${limit} bytes`);
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
