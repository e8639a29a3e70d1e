import type { Ask, By } from '@proj/protocol';
import { timestamp, type Clock } from '../clock.ts';
import type { Append } from '../method.ts';
import { type Settlement, settledAsk } from './ask.ts';
import type { Asks } from './asks.ts';

export interface SettleDeps {
  asks: Asks;
  append: Append;
  clock: Clock;
  /** While paused a timeout decides nothing: a default is not used. */
  isPaused: () => boolean;
}

/** Settles a pending ask, once and for all. */
export function settle({ append, asks }: SettleDeps, ask: Ask, settlement: Settlement, by?: By): Ask {
  const { ask_id, session_id } = ask;
  append({
    type: 'ask.settled',
    session_id,
    ...(by && { by }),
    payload: (stamp) => settledAsk(ask, settlement, stamp),
  });
  return asks.get(ask_id);
}

/** Settles an ask whose deadline has passed: by its default where it asked for that, else as expired. */
export function expire(deps: SettleDeps, ask: Ask): Ask {
  if (stateAtDeadline(deps, ask) === 'expired') return settle(deps, ask, { state: 'expired' });
  const answer = {
    value: ask.default_value,
    responder_id: 'daemon',
    channel_id: 'daemon',
    answered_at: timestamp(deps.clock.now()),
    timed_out: true,
    assurance: 'guardrail' as const,
  };
  return settle(deps, ask, { state: 'answered', answer });
}

/** What an ask becomes when its deadline passes now. */
export function stateAtDeadline({ isPaused }: SettleDeps, { on_timeout }: Ask): 'answered' | 'expired' {
  return on_timeout === 'use_default' && !isPaused() ? 'answered' : 'expired';
}

export function cancelAsksOf(deps: SettleDeps, sessionId: string, reason: string, by: By | undefined): void {
  for (const ask of deps.asks.pendingOf(sessionId)) settle(deps, ask, { state: 'cancelled', reason }, by);
}
