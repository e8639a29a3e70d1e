import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';

const CHECK_EVERY_MS = 10_000;

export interface RetentionDeps {
  journal: Journal;
  clock: Clock;
  keep: () => { max_events: number; max_age_ms: number };
  /** No transaction may be open while events are removed. */
  endTurn: () => void;
}

export interface RetentionWatch extends RetentionDeps {
  /** The journal could not be written; it is tried again at the next look. */
  onFault: (error: unknown) => void;
}

/** Removes events that are too many or too old, from the front, a few at a time. The returned function ends that. */
export function watchRetention(deps: RetentionWatch): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const step = (): void => {
    try {
      if (dropSome(deps)) immediate = setImmediate(step);
    } catch (error) {
      deps.onFault(error);
    }
  };
  const timer = setInterval(step, CHECK_EVERY_MS);
  return () => {
    clearInterval(timer);
    clearImmediate(immediate);
  };
}

/** True when there is more to remove. */
export function dropSome({ journal, clock, keep, endTurn }: RetentionDeps): boolean {
  const { max_events, max_age_ms } = keep();
  if (max_events === 0 && max_age_ms === 0) return false;
  endTurn();
  const afterSeq = max_events === 0 ? 0 : journal.headSeq - max_events;
  const sinceMs = max_age_ms === 0 ? 0 : clock.now() - max_age_ms;
  return journal.dropOldest({ afterSeq, sinceMs });
}
