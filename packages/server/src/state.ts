import { Asks } from './asks/asks.ts';
import type { Clock } from './clock.ts';
import type { Journal } from './journal/journal.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import type { Projection } from './method.ts';
import { Conversation } from './sessions/conversation.ts';
import { Holders } from './sessions/holders.ts';
import { Sessions } from './sessions/sessions.ts';

/** What the daemon knows. All of it but `holders`, who are connections, is in the journal and changes by events. */
export interface State {
  sessions: Sessions;
  conversation: Conversation;
  asks: Asks;
  lifecycle: Lifecycle;
  holders: Holders;
  projections: readonly Projection[];
}

/** Reads the state as of the journal's end: live sessions and pending asks, however long the history is. */
export function loadState(journal: Journal, clock: Clock, onAskDue: (askId: string) => void): State {
  const sessions = new Sessions(journal);
  const conversation = new Conversation(journal);
  const asks = new Asks(journal, clock, onAskDue);
  const lifecycle = new Lifecycle(journal);
  const projections = [sessions, conversation, asks, lifecycle];
  for (const projection of projections) projection.load();
  return { sessions, conversation, asks, lifecycle, holders: new Holders(), projections };
}
