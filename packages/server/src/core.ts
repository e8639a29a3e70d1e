import type { DaemonReloadReply } from '@proj/protocol';
import { Asks } from './asks/asks.ts';
import { cancelAsksOf, expire, type SettleDeps } from './asks/settle.ts';
import type { Clock } from './clock.ts';
import { Clients } from './clients/clients.ts';
import type { LiveConfig } from './config/live-config.ts';
import { Dispatch } from './dispatch/dispatch.ts';
import { createRoutes } from './dispatch/routes.ts';
import { type Committed, Turn } from './dispatch/turn.ts';
import { Waits } from './dispatch/waits.ts';
import type { Sink } from './feed/cursor.ts';
import { Feed, lineOf } from './feed/feed.ts';
import type { Journal } from './journal/journal.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { createStatus } from './lifecycle/status.ts';
import type { Log } from './log.ts';
import type { Append, Caller } from './method.ts';
import { Conversation } from './sessions/conversation.ts';
import { Holders } from './sessions/holders.ts';
import { moveSession } from './sessions/session-methods.ts';
import { Sessions } from './sessions/sessions.ts';

export interface CoreOptions {
  journal: Journal;
  config: LiveConfig;
  clock: Clock;
  log: Log;
  version: string;
  dir: string;
  sinkOf: (clientId: string) => Sink | undefined;
  stop: () => void;
}

/** Everything between a line and the disk. */
export interface Core {
  dispatch: Dispatch;
  turn: Turn;
  feed: Feed;
  clients: Clients;
  waits: Waits;
  lifecycle: Lifecycle;
  /** A connection is gone: whatever was tied to it ends. */
  clientLeft(clientId: string): void;
  /** Aborts live sessions that nobody holds and nothing has happened in for long. */
  abandonment: { unheld: () => ReturnType<Sessions['live']>; abort: (session: ReturnType<Sessions['get']>) => void };
  /** Ends the timers of asks and waits. */
  stopTimers(): void;
}

/** Wires state, methods, turn and feed. Domains know each other by the functions they are given here, and by events. */
export function createCore(options: CoreOptions): Core {
  const { journal, config, clock, log, version, dir } = options;
  const limits = () => config.settings.limits;
  const append: Append = (draft) => turn.append(draft);

  const sessions = new Sessions(journal);
  const holders = new Holders();
  const conversation = new Conversation(journal);
  const lifecycle = new Lifecycle(journal);
  const asks = new Asks(journal, clock, (askId) => expireNow(askId));
  const projections = [sessions, asks, conversation, lifecycle];

  const feed = new Feed(journal);
  const waits = new Waits(clock);
  const clients = new Clients((clientId) => feed.isSubscribed(clientId));
  const turn = new Turn({ journal, projections, clock, limits, onCommitted, onFailed });

  const settling: SettleDeps = { asks, append, clock, isPaused: () => lifecycle.isPaused };
  const hold = (sessionId: string, { clientId }: Caller): void => holders.add(sessionId, clientId);
  const status = createStatus({
    lifecycle,
    journal,
    sessions,
    pendingAsks: () => asks.pendingCount,
    clients: () => clients.counts,
    elapsed: clock.elapsed,
    config: () => config.status,
    version,
    dir,
    startedAt: clock.now(),
  });
  const sessionDeps = {
    sessions,
    holders,
    conversation,
    journal,
    append,
    limits,
    cancelAsks: (sessionId: string, reason: string, by: Parameters<typeof cancelAsksOf>[3]) =>
      cancelAsksOf(settling, sessionId, reason, by),
  };
  const routes = createRoutes({
    clients: { clients, clock, limits, version },
    sessions: sessionDeps,
    asks: { ...settling, liveSession: (sessionId) => sessions.getLive(sessionId), hold, limits },
    feed: {
      feed,
      journal,
      sinkOf: options.sinkOf,
      getSession: (sessionId) => sessions.get(sessionId),
      hold,
      liveSessions: () => sessions.liveInOrder().map(({ row, openedSeq }) => ({ row: holders.view(row), openedSeq })),
      pendingAsks: () => asks.pending(),
      limits,
    },
    daemon: { lifecycle, append, status, reload: (): DaemonReloadReply => config.reload(), stop: options.stop },
  });
  const dispatch = new Dispatch({ routes, turn, waits, limits, isStopping: () => lifecycle.isStopping, log });

  for (const projection of projections) projection.load();

  function expireNow(askId: string): void {
    try {
      expire(settling, asks.get(askId));
    } catch (error) {
      log('error', 'an ask could not be settled at its deadline', { ask_id: askId, cause: String(error) });
    }
  }

  function onCommitted(events: readonly Committed[]): void {
    journal.scrub();
    feed.publish(
      events.map(({ event, line }) => ({
        seq: event.seq,
        type: event.type,
        sessionId: event.session_id,
        bytes: lineOf(line),
      })),
    );
    for (const { event } of events) wakeFor(event);
  }

  function wakeFor(event: Committed['event']): void {
    if (event.type === 'ask.settled') waits.wake(event.payload.ask_id);
    if (event.type === 'session.input' || event.type === 'session.changed') waits.wake(event.session_id ?? '');
  }

  function onFailed(error: unknown): void {
    log('error', 'the journal could not be written', { cause: error instanceof Error ? error.message : String(error) });
    feed.reset(journal.headSeq);
  }

  return {
    dispatch,
    turn,
    feed,
    clients,
    waits,
    lifecycle,
    clientLeft: (clientId) => {
      holders.clientLeft(clientId);
      waits.clientLeft(clientId);
    },
    abandonment: {
      unheld: () => sessions.live().filter((session) => !holders.isHeld(session.session_id)),
      abort: (session) => {
        const move = { state: 'aborted' as const, reason: 'abandoned', by: 'operator' as const };
        moveSession(sessionDeps, session, move, undefined);
      },
    },
    stopTimers: () => asks.stop(),
  };
}
