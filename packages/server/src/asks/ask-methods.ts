import { isDeepStrictEqual } from 'node:util';
import { type Ask, encodeAsciiBytes, ProtocolError, type RequestOf, type Session } from '@proj/protocol';
import { impossibleTransition, invalidField, limitReached, usedForSomethingElse } from '../errors.ts';
import { newId } from '../ids.ts';
import { decodeListCursor, encodeListCursor } from '../list-cursor.ts';
import { byOf, type Caller, type MethodsOf, Waiting } from '../method.ts';
import { DEFAULT_PAGE, fitFrame } from '../page.ts';
import { answerAsk, type AnswerDeps } from './answer.ts';
import { contentOf, openedAsk } from './ask.ts';
import { faultsOfAsk } from './ask-content.ts';
import { expire, settle, stateAtDeadline } from './settle.ts';

export interface AskDeps extends AnswerDeps {
  /** @throws ProtocolError `not_found`, or `conflict` for a session that has ended. */
  liveSession: (sessionId: string) => Session;
  hold: (sessionId: string, caller: Caller) => void;
}

export interface AskMethods {
  runtime: MethodsOf<'runtime', 'ask.open' | 'ask.get' | 'ask.wait' | 'ask.cancel'>;
  control: MethodsOf<'control', 'ask.get' | 'ask.list' | 'ask.answer'>;
}

export function askMethods(deps: AskDeps): AskMethods {
  return {
    runtime: {
      'ask.open': (payload, caller) => open(deps, payload, caller),
      'ask.get': ({ ask_id }, caller) => ({ ask: forAsker(deps, seenBy(deps, ask_id, caller)) }),
      'ask.wait': (payload, caller) => wait(deps, payload, caller),
      'ask.cancel': (payload, caller) => cancel(deps, payload, caller),
    },
    control: {
      'ask.get': ({ ask_id }) => ({ ask: current(deps, ask_id) }),
      'ask.list': (payload) => list(deps, payload),
      'ask.answer': (payload, caller) => answerAsk(deps, payload, caller),
    },
  };
}

function open(
  deps: AskDeps,
  request: RequestOf<'runtime', 'ask.open'>,
  caller: Caller,
): { ask: Ask; created: boolean } {
  const { session_id, key } = request;
  const faults = faultsOfAsk(request);
  if (faults.length > 0) throw ProtocolError.invalidPayload(faults);
  const found = key === undefined ? undefined : deps.asks.findByKey(session_id, key);
  if (found !== undefined) {
    if (!isDeepStrictEqual(contentOf(found), contentOf(request))) throw usedForSomethingElse('key');
    return { ask: forAsker(deps, seenBy(deps, found.ask_id, caller)), created: false };
  }
  const session = deps.liveSession(session_id);
  refuseTooMany(deps, session_id);
  const ask_id = newId('ask');
  refuseTooLarge(deps, openedAsk(ask_id, request, session, { seq: 0, at: session.updated_at }));
  const payload = (stamp: { seq: number; at: string }): Ask => openedAsk(ask_id, request, session, stamp);
  deps.append({ type: 'ask.opened', session_id, by: byOf(caller), payload });
  return { ask: seenBy(deps, ask_id, caller), created: true };
}

function refuseTooMany({ asks, limits }: AskDeps, sessionId: string): void {
  const { asks_per_session, pending_asks } = limits();
  if (asks.pendingCountOf(sessionId) >= asks_per_session) {
    throw limitReached('too_many_asks', `the session has ${asks_per_session} pending asks`, asks_per_session);
  }
  if (asks.pendingCount >= pending_asks) {
    throw limitReached('too_many_asks', `there are ${pending_asks} pending asks`, pending_asks);
  }
}

function refuseTooLarge({ limits }: AskDeps, ask: Ask): void {
  const { ask_bytes, metadata_bytes } = limits();
  if (encodeAsciiBytes(ask.metadata ?? {}) > metadata_bytes) {
    throw invalidField('/metadata', `must be at most ${metadata_bytes} bytes`);
  }
  if (encodeAsciiBytes(ask) > ask_bytes) throw invalidField('', `an ask may have ${ask_bytes} bytes at most`);
}

function wait(deps: AskDeps, request: RequestOf<'runtime', 'ask.wait'>, caller: Caller) {
  const { ask_id, timeout_ms: timeoutMs } = request;
  seenBy(deps, ask_id, caller);
  const giveUp = () => ({ ask: forAsker(deps, deps.asks.get(ask_id)) });
  const look = () => (deps.asks.get(ask_id).state === 'pending' ? undefined : giveUp());
  return new Waiting({ topic: ask_id, timeoutMs, look, giveUp });
}

function cancel(deps: AskDeps, request: RequestOf<'runtime', 'ask.cancel'>, caller: Caller): { ask: Ask } {
  const ask = deps.asks.get(request.ask_id);
  deps.hold(ask.session_id, caller);
  // An ask past its deadline is left to its timer: what refuses has appended nothing.
  const isDue = ask.state === 'pending' && deps.asks.isDue(ask.ask_id);
  const state = isDue ? stateAtDeadline(deps, ask) : ask.state;
  if (state === 'cancelled') return { ask };
  if (state !== 'pending') throw impossibleTransition(state, 'cancelled');
  return { ask: settle(deps, ask, { state: 'cancelled', reason: request.reason }, byOf(caller)) };
}

function list(deps: AskDeps, request: RequestOf<'control', 'ask.list'>) {
  const { state, session_id: sessionId, limit = DEFAULT_PAGE, after } = request;
  const afterSeq = decodeListCursor('a', after);
  const query = { ...(state && { state }), ...(sessionId !== undefined && { sessionId }), afterSeq, limit: limit + 1 };
  const found = deps.asks.list(query);
  const asks = fitFrame(
    found.slice(0, limit).map(({ row }) => row),
    deps.limits().frame_bytes,
  );
  const last = found[asks.length - 1];
  if (last === undefined || asks.length === found.length) return { asks };
  return { asks, next: encodeListCursor({ a: last.openedSeq }) };
}

function seenBy(deps: AskDeps, askId: string, caller: Caller): Ask {
  const ask = current(deps, askId);
  deps.hold(ask.session_id, caller);
  return ask;
}

/** The ask as it is: one past its deadline is settled first, so that nobody sees it pending after its time. */
function current(deps: AskDeps, askId: string): Ask {
  const ask = deps.asks.get(askId);
  return ask.state === 'pending' && deps.asks.isDue(askId) ? expire(deps, ask) : ask;
}

/** The asker alone sees what a secret ask was answered. */
function forAsker({ asks }: AskDeps, ask: Ask): Ask {
  if (ask.secret !== true || ask.answer === undefined) return ask;
  const value = asks.secretValue(ask.ask_id);
  return value === undefined ? ask : { ...ask, answer: { value, ...ask.answer } };
}
