import type { Session } from '@proj/protocol';
import type { Clock } from '../clock.ts';

const CHECK_EVERY_MS = 60_000;

export interface AbandonmentDeps {
  /** Live sessions that no client holds. */
  unheld: () => Session[];
  afterMs: () => number;
  abort: (session: Session) => void;
}

export interface AbandonmentWatch extends AbandonmentDeps {
  clock: Clock;
  /** The journal could not be written; it is tried again at the next look. */
  onFault: (error: unknown) => void;
}

/**
 * Aborts live sessions that nobody holds and nothing happens in, once a minute. The returned function ends that. A wall
 * clock that is set forward while the daemon runs makes no session older.
 */
export function watchAbandonment(deps: AbandonmentWatch): () => void {
  const { clock } = deps;
  const startedAt = clock.now() - clock.elapsed();
  const look = (): void => {
    try {
      abortAbandoned(deps, startedAt + clock.elapsed());
    } catch (error) {
      deps.onFault(error);
    }
  };
  const timer = setInterval(look, CHECK_EVERY_MS);
  return () => clearInterval(timer);
}

/** Aborts those in which nothing has happened for long, as of `now`. */
export function abortAbandoned({ unheld, afterMs, abort }: AbandonmentDeps, now: number): void {
  const before = now - afterMs();
  for (const session of unheld()) {
    if (Date.parse(session.updated_at) < before) abort(session);
  }
}
