import { cancelAsksOf, type SettleDeps } from './asks/settle.ts';
import type { Clients } from './clients/clients.ts';
import type { CoreOptions } from './core-options.ts';
import type { RouteDeps } from './dispatch/routes.ts';
import type { Feed } from './feed/feed.ts';
import { createStatus } from './lifecycle/status.ts';
import type { Append, Caller } from './method.ts';
import type { SessionDeps } from './sessions/session-methods.ts';
import type { State } from './state.ts';

interface Wired {
  state: State;
  append: Append;
  feed: Feed;
  clients: Clients;
}

/** What each domain is given of the others: functions, so that no folder needs to know its neighbours. */
export function routeDeps(core: Wired, settling: SettleDeps, options: CoreOptions): RouteDeps {
  const { state, append, feed, clients } = core;
  const { journal, config, clock, version, stop, sinkOf, assurance } = options;
  const { sessions, conversation, asks, lifecycle, holders } = state;
  const limits = () => config.settings.limits;
  const hold = (sessionId: string, { clientId }: Caller): void => {
    if (sessions.isLive(sessionId)) holders.add(sessionId, clientId);
  };
  return {
    clients: { clients, clock, limits, version, assurance },
    sessions: { ...sessionSteps(core, settling), conversation, journal, limits, hold },
    asks: {
      ...settling,
      liveSession: (sessionId) => sessions.getLive(sessionId),
      hold,
      limits,
      assurance,
      askerOf: (askId) => asks.askerOf(askId),
      selfAnswer: () => config.settings.asks.self_answer,
    },
    feed: {
      feed,
      journal,
      sinkOf,
      getSession: (sessionId) => sessions.get(sessionId),
      hold,
      liveSessions: () => sessions.liveInOrder().map(({ row, openedSeq }) => ({ row: holders.view(row), openedSeq })),
      pendingAsks: () => asks.pending(),
      limits,
    },
    daemon: { lifecycle, append, status: statusOf(core, options), reload: () => config.reload(), stop },
  };
}

/** What it takes to move a session. */
export function sessionSteps(
  { state: { sessions, holders }, append }: Pick<Wired, 'state' | 'append'>,
  settling: SettleDeps,
): Pick<SessionDeps, 'sessions' | 'holders' | 'append' | 'cancelAsks'> {
  return {
    sessions,
    holders,
    append,
    cancelAsks: (sessionId, reason, by) => cancelAsksOf(settling, sessionId, reason, by),
  };
}

function statusOf({ state, clients }: Wired, { journal, config, clock, version, dir, assurance }: CoreOptions) {
  const { sessions, asks, lifecycle } = state;
  return createStatus({
    lifecycle,
    journal,
    sessions,
    pendingAsks: () => asks.pendingCount,
    clients: () => clients.counts,
    elapsed: () => clock.elapsed(),
    config: () => config.status,
    version,
    dir,
    assurance,
    startedAt: clock.now(),
  });
}
