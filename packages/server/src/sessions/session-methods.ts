import { isDeepStrictEqual } from 'node:util';
import {
  type By,
  encodeAsciiBytes,
  type Limits,
  type RequestOf,
  type Session,
  type SessionEvent,
  type SessionState,
} from '@proj/protocol';
import { forbidden, impossibleTransition, invalidField, limitReached, usedForSomethingElse } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Journal } from '../journal/journal.ts';
import { decodeListCursor, encodeListCursor } from '../list-cursor.ts';
import { type Append, byOf, type Caller, type MethodsOf, Waiting } from '../method.ts';
import { DEFAULT_PAGE, fitFrame } from '../page.ts';
import type { Conversation } from './conversation.ts';
import { onceByEventId } from './event-ids.ts';
import type { Holders } from './holders.ts';
import { canMove, isLive, type Move, movedSession, openedSession } from './session.ts';
import type { Sessions } from './sessions.ts';

// Bounds the record: a session must always fit the frame that ends it.
const MOST_DRAFTS = 1_000;

export interface SessionDeps {
  sessions: Sessions;
  holders: Holders;
  conversation: Conversation;
  journal: Journal;
  append: Append;
  limits: () => Limits;
  /** The caller holds the session from now on, if it lives. */
  hold: (sessionId: string, caller: Caller) => void;
  /** Cancels the pending asks of a session that is about to end. */
  cancelAsks: (sessionId: string, reason: string, by: By | undefined) => void;
}

type RuntimeTypes =
  | 'session.open'
  | 'session.get'
  | 'session.emit'
  | 'session.log'
  | 'session.transition'
  | 'session.receive';
type ControlTypes =
  | 'session.get'
  | 'session.list'
  | 'session.messages'
  | 'session.pause'
  | 'session.resume'
  | 'session.abort'
  | 'session.input';

export interface SessionMethods {
  runtime: MethodsOf<'runtime', RuntimeTypes>;
  control: MethodsOf<'control', ControlTypes>;
}

export function sessionMethods(deps: SessionDeps): SessionMethods {
  const steer =
    (state: SessionState) =>
    ({ session_id, reason }: RequestOf<'control', 'session.pause'>, caller: Caller) => ({
      session: moveSession(deps, deps.sessions.get(session_id), { state, reason, by: 'operator' }, byOf(caller)),
    });
  return {
    runtime: {
      'session.open': (payload, caller) => open(deps, payload, caller),
      'session.get': ({ session_id }, caller) => {
        const session = deps.sessions.get(session_id);
        deps.hold(session_id, caller);
        return { session: deps.holders.view(session) };
      },
      'session.emit': (payload, caller) => emit(deps, payload, caller),
      'session.log': (payload, caller) => log(deps, payload, caller),
      'session.transition': (payload, caller) => transition(deps, payload, caller),
      'session.receive': (payload, caller) => receive(deps, payload, caller),
    },
    control: {
      'session.get': ({ session_id }) => ({ session: deps.holders.view(deps.sessions.get(session_id)) }),
      'session.list': (payload) => list(deps, payload),
      'session.messages': (payload) => messages(deps, payload),
      'session.pause': steer('paused'),
      'session.resume': steer('active'),
      'session.abort': steer('aborted'),
      'session.input': (payload, caller) => input(deps, payload, caller),
    },
  };
}

/** Moves a session to another state; a final one cancels its asks first, in the same commit. */
export function moveSession(
  deps: Pick<SessionDeps, 'sessions' | 'holders' | 'append' | 'cancelAsks'>,
  session: Session,
  move: Move,
  by: By | undefined,
): Session {
  const { session_id } = session;
  if (!canMove(session.state, move.state)) throw impossibleTransition(session.state, move.state);
  if (!isLive(move)) {
    deps.cancelAsks(session_id, `the session is ${move.state}`, by);
    deps.holders.sessionEnded(session_id);
  }
  const payload = (stamp: { seq: number; at: string }): Session =>
    deps.holders.view(movedSession(deps.sessions.get(session_id), move, stamp));
  deps.append({ type: 'session.changed', session_id, ...(by && { by }), payload });
  return deps.holders.view(deps.sessions.get(session_id));
}

function open(deps: SessionDeps, payload: RequestOf<'runtime', 'session.open'>, caller: Caller) {
  const { key, agent_id, metadata } = payload;
  const { live_sessions, metadata_bytes } = deps.limits();
  const found = key === undefined ? undefined : deps.sessions.findByKey(agent_id, key);
  if (found !== undefined) {
    deps.hold(found.session_id, caller);
    return { session: deps.holders.view(found), created: false };
  }
  if (metadata !== undefined && encodeAsciiBytes(metadata) > metadata_bytes) {
    throw invalidField('/metadata', `must be at most ${metadata_bytes} bytes`);
  }
  if (deps.sessions.liveCount >= live_sessions) {
    throw limitReached('too_many_sessions', `there are ${live_sessions} live sessions already`, live_sessions);
  }
  const session_id = newId('ses');
  deps.append({
    type: 'session.opened',
    session_id,
    by: byOf(caller),
    payload: (stamp) => openedSession(session_id, payload, stamp),
  });
  deps.hold(session_id, caller);
  return { session: deps.holders.view(deps.sessions.get(session_id)), created: true };
}

function emit(deps: SessionDeps, payload: RequestOf<'runtime', 'session.emit'>, caller: Caller): { seq: number } {
  const { session_id, event, event_id } = payload;
  const use = { sessionId: session_id, eventId: event_id, content: event };
  const seq = onceByEventId(deps.journal, use, () => {
    refuseDraftTooMany(deps.sessions.getLive(session_id), event);
    return deps.append({ type: 'session.event', session_id, by: byOf(caller), payload: () => event }).seq;
  });
  deps.hold(session_id, caller);
  return { seq };
}

function refuseDraftTooMany({ draft_ids }: Session, event: SessionEvent): void {
  if (event.event_type !== 'draft_ready' || draft_ids.includes(event.draft_id)) return;
  if (draft_ids.length >= MOST_DRAFTS) throw invalidField('/event', `a session has ${MOST_DRAFTS} drafts at most`);
}

function log(deps: SessionDeps, payload: RequestOf<'runtime', 'session.log'>, caller: Caller): { seq: number } {
  const { session_id, sender, content, event_id } = payload;
  const use = { sessionId: session_id, eventId: event_id, content: { sender, content } };
  const seq = onceByEventId(deps.journal, use, () => {
    deps.sessions.getLive(session_id);
    const by = byOf(caller);
    return deps.append({ type: 'session.logged', session_id, by, payload: (at) => ({ ...at, sender, content }) }).seq;
  });
  deps.hold(session_id, caller);
  return { seq };
}

function transition(deps: SessionDeps, payload: RequestOf<'runtime', 'session.transition'>, caller: Caller) {
  const { session_id, state, reason } = payload;
  const session = deps.sessions.get(session_id);
  if (state === 'active' && session.paused_by === 'operator') {
    throw forbidden('paused_by_operator', 'what an operator paused only an operator resumes');
  }
  deps.hold(session_id, caller);
  return { session: moveSession(deps, session, { state, reason, by: 'agent' }, byOf(caller)) };
}

function receive(deps: SessionDeps, payload: RequestOf<'runtime', 'session.receive'>, caller: Caller) {
  const { session_id, after_seq = 0, timeout_ms: timeoutMs } = payload;
  deps.sessions.get(session_id);
  deps.hold(session_id, caller);
  const nothing = { input: null, seq: after_seq };
  const look = () => {
    const found = deps.conversation.nextInput(session_id, after_seq);
    return found ?? (isLive(deps.sessions.get(session_id)) ? undefined : nothing);
  };
  return new Waiting({ topic: session_id, timeoutMs, look, giveUp: () => nothing });
}

function list(deps: SessionDeps, { state, limit = DEFAULT_PAGE, after }: RequestOf<'control', 'session.list'>) {
  const afterSeq = decodeListCursor('s', after);
  const found = deps.sessions.list({ ...(state && { state }), afterSeq, limit: limit + 1 });
  const sessions = fitFrame(
    found.slice(0, limit).map(({ row }) => deps.holders.view(row)),
    deps.limits().frame_bytes,
  );
  const last = found[sessions.length - 1];
  if (last === undefined || sessions.length === found.length) return { sessions };
  return { sessions, next: encodeListCursor({ s: last.openedSeq }) };
}

function messages(deps: SessionDeps, payload: RequestOf<'control', 'session.messages'>) {
  const { session_id, after_seq = 0, limit = DEFAULT_PAGE } = payload;
  deps.sessions.get(session_id);
  const found = deps.conversation.messages(session_id, after_seq, limit + 1);
  const messages = fitFrame(found.slice(0, limit), deps.limits().frame_bytes);
  const last = messages.at(-1);
  return last === undefined || messages.length === found.length ? { messages } : { messages, next: last.seq };
}

function input(deps: SessionDeps, payload: RequestOf<'control', 'session.input'>, caller: Caller): { seq: number } {
  const { session_id, input, input_id } = payload;
  const used = input_id === undefined ? undefined : deps.conversation.findInput(session_id, input_id);
  if (used !== undefined && !isDeepStrictEqual(used.input, { ...input })) throw usedForSomethingElse('input_id');
  if (used !== undefined) return { seq: used.seq };
  deps.sessions.getLive(session_id);
  const event = input_id === undefined ? { ...input } : { ...input, input_id };
  return { seq: deps.append({ type: 'session.input', session_id, by: byOf(caller), payload: () => event }).seq };
}
