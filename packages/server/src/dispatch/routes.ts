import type { BuiltType, Socket } from '@proj/protocol';
import { type AskDeps, askMethods } from '../asks/ask-methods.ts';
import { type ClientDeps, clientMethods } from '../clients/client-methods.ts';
import { type FeedDeps, feedMethods } from '../feed/feed-methods.ts';
import { type DaemonDeps, daemonMethods } from '../lifecycle/daemon-methods.ts';
import type { MethodsOf } from '../method.ts';
import { type SessionDeps, sessionMethods } from '../sessions/session-methods.ts';

export type Routes = { readonly [S in Socket]: MethodsOf<S, BuiltType<S>> };

export interface RouteDeps {
  clients: ClientDeps;
  sessions: SessionDeps;
  asks: AskDeps;
  feed: FeedDeps;
  daemon: DaemonDeps;
}

/** The method of each type, by door. The compiler refuses a type without one, and one without a type. */
export function createRoutes(deps: RouteDeps): Routes {
  const clients = clientMethods(deps.clients);
  const sessions = sessionMethods(deps.sessions);
  const asks = askMethods(deps.asks);
  const feed = feedMethods(deps.feed);
  return {
    runtime: { ...clients.runtime, ...sessions.runtime, ...asks.runtime, ...feed.runtime },
    control: {
      ...clients.control,
      ...sessions.control,
      ...asks.control,
      ...feed.control,
      ...daemonMethods(deps.daemon),
    },
  };
}
