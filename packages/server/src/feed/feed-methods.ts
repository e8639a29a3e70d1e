import { type Ask, encodeAsciiBytes, type Limits, type RequestOf, type Session } from '@proj/protocol';
import { cursorExpired } from '../errors.ts';
import type { Journal, Listed } from '../journal/journal.ts';
import { encodeListCursor } from '../list-cursor.ts';
import type { Caller, MethodsOf } from '../method.ts';
import type { FeedFilter, Sink } from './cursor.ts';
import type { Feed } from './feed.ts';

// Room for the envelope around a snapshot.
const ENVELOPE_BYTES = 2_048;

export interface FeedDeps {
  feed: Feed;
  journal: Pick<Journal, 'headSeq' | 'oldestSeq'>;
  sinkOf: (clientId: string) => Sink | undefined;
  /** @throws ProtocolError `not_found` */
  getSession: (sessionId: string) => Session;
  hold: (sessionId: string, caller: Caller) => void;
  liveSessions: () => Listed<Session>[];
  pendingAsks: () => Listed<Ask>[];
  limits: () => Limits;
}

export interface FeedMethods {
  runtime: MethodsOf<'runtime', 'events.subscribe' | 'events.unsubscribe'>;
  control: MethodsOf<'control', 'events.subscribe' | 'events.unsubscribe'>;
}

export function feedMethods(deps: FeedDeps): FeedMethods {
  const unsubscribe = (_payload: unknown, { clientId }: Caller): Record<string, never> => {
    deps.feed.unsubscribe(clientId);
    return {};
  };
  return {
    runtime: {
      'events.subscribe': ({ session_id, after_seq }, caller) => {
        deps.getSession(session_id);
        deps.hold(session_id, caller);
        return subscribe(deps, caller, { afterSeq: after_seq, filter: { sessionId: session_id, types: undefined } });
      },
      'events.unsubscribe': unsubscribe,
    },
    control: {
      'events.subscribe': (payload, caller) => subscribeControl(deps, payload, caller),
      'events.unsubscribe': unsubscribe,
    },
  };
}

function subscribeControl(deps: FeedDeps, payload: RequestOf<'control', 'events.subscribe'>, caller: Caller) {
  const { after_seq, session_id, types, snapshot } = payload;
  if (session_id !== undefined) deps.getSession(session_id);
  const filter = { sessionId: session_id, types };
  const reply = subscribe(deps, caller, { afterSeq: after_seq, filter });
  return snapshot === true ? { ...reply, ...takeSnapshot(deps) } : reply;
}

function subscribe(deps: FeedDeps, caller: Caller, from: { afterSeq: number | undefined; filter: FeedFilter }) {
  const { headSeq, oldestSeq } = deps.journal;
  const position = from.afterSeq ?? headSeq;
  if (position > headSeq || position < oldestSeq - 1) throw cursorExpired(oldestSeq, headSeq);
  const sink = deps.sinkOf(caller.clientId);
  if (sink !== undefined) deps.feed.subscribe(caller.clientId, { position, filter: from.filter, sink });
  return { head_seq: headSeq };
}

function takeSnapshot({ liveSessions, pendingAsks, limits }: FeedDeps) {
  let room = limits().frame_bytes - ENVELOPE_BYTES;
  const take = <Row>(listed: Listed<Row>[]): { rows: Row[]; last: number; all: boolean } => {
    const fitting = listed.findIndex(({ row }) => (room -= encodeAsciiBytes(row) + 1) < 0);
    const taken = fitting === -1 ? listed : listed.slice(0, fitting);
    return { rows: taken.map(({ row }) => row), last: taken.at(-1)?.openedSeq ?? 0, all: fitting === -1 };
  };
  // Asks first: they are what an operator is needed for.
  const asks = take(pendingAsks());
  const sessions = take(liveSessions());
  const snapshot = { sessions: sessions.rows, asks: asks.rows };
  if (asks.all && sessions.all) return snapshot;
  return { ...snapshot, next: encodeListCursor({ s: sessions.last, a: asks.last }) };
}
