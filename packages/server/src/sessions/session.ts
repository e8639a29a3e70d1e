import type { JournalEvent, RequestOf, Session, SessionState } from '@proj/protocol';
import type { Stamp } from '../method.ts';

const MOVES: Record<SessionState, readonly SessionState[]> = {
  active: ['paused', 'completed', 'aborted'],
  paused: ['active', 'aborted'],
  completed: [],
  aborted: [],
};

export interface Move {
  state: SessionState;
  reason?: string | undefined;
  by: 'operator' | 'agent';
}

export function isLive({ state }: Pick<Session, 'state'>): boolean {
  return state === 'active' || state === 'paused';
}

export function canMove(from: SessionState, to: SessionState): boolean {
  return MOVES[from].includes(to);
}

export function openedSession(
  sessionId: string,
  request: RequestOf<'runtime', 'session.open'>,
  { seq, at }: Stamp,
): Session {
  const { key, name, goal_id, agent_id, channel_id, metadata } = request;
  return {
    session_id: sessionId,
    name,
    ...defined({ key, goal_id, channel_id, agent_id }),
    state: 'active',
    created_at: at,
    updated_at: at,
    changed_seq: seq,
    draft_ids: [],
    message_count: 0,
    pending_asks: 0,
    connected: true,
    ...defined({ metadata }),
  };
}

export function movedSession(session: Session, { state, reason, by }: Move, stamp: Stamp): Session {
  const { state_reason: _reason, paused_by: _by, ...rest } = session;
  return touched(
    {
      ...rest,
      state,
      ...defined({ state_reason: reason, paused_by: state === 'paused' ? by : undefined }),
    },
    stamp,
  );
}

/** The transition: the session after an event of its own. */
export function sessionAfter(session: Session, event: JournalEvent): Session {
  switch (event.type) {
    case 'session.opened':
    case 'session.changed':
      return event.payload;
    case 'session.event':
      return touched(withDraft(session, event.payload), event);
    case 'session.logged':
      return touched({ ...session, message_count: session.message_count + 1 }, event);
    case 'ask.opened':
      return touched({ ...session, pending_asks: session.pending_asks + 1 }, event);
    case 'ask.settled':
      return touched({ ...session, pending_asks: session.pending_asks - 1 }, event);
    case 'session.input':
    case 'terminal.resized':
    case 'terminal.exited':
      return touched(session, event);
    case 'daemon.changed':
      return session;
  }
}

function withDraft(session: Session, reported: Extract<JournalEvent, { type: 'session.event' }>['payload']): Session {
  if (reported.event_type !== 'draft_ready' || session.draft_ids.includes(reported.draft_id)) return session;
  return { ...session, draft_ids: [...session.draft_ids, reported.draft_id] };
}

function touched(session: Session, { seq, at }: Stamp): Session {
  return { ...session, updated_at: at, changed_seq: seq };
}

/** The fields that are there: a record holds no `undefined`. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
