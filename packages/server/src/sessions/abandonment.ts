import type { Session } from '@proj/protocol';
import type { Clock } from '../clock.ts';

const CHECK_EVERY_MS = 60_000;

export interface AbandonmentDeps {
  clock: Clock;
  /** Live sessions that no client holds. */
  unheld: () => Session[];
  afterMs: () => number;
  abort: (session: Session) => void;
}

export interface AbandonmentWatch extends AbandonmentDeps {
  /** The journal could not be written; it is tried again at the next look. */
  onFault: (error: unknown) => void;
}

/** Aborts live sessions that nobody holds and nothing happens in, once a minute. The returned function ends that. */
export function watchAbandonment(deps: AbandonmentWatch): () => void {
  const look = (): void => {
    try {
      abortAbandoned(deps);
    } catch (error) {
      deps.onFault(error);
    }
  };
  const timer = setInterval(look, CHECK_EVERY_MS);
  return () => clearInterval(timer);
}

export function abortAbandoned({ clock, unheld, afterMs, abort }: AbandonmentDeps): void {
  const before = clock.now() - afterMs();
  for (const session of unheld()) {
    if (Date.parse(session.updated_at) < before) abort(session);
  }
}
