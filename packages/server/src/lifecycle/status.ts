import type { Assurance, DaemonStatus, Session, Socket } from '@proj/protocol';
import { timestamp } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface StatusDeps {
  lifecycle: Lifecycle;
  journal: Pick<Journal, 'headSeq' | 'oldestSeq' | 'bytes' | 'durability'>;
  sessions: { live(): Session[]; readonly liveCount: number; readonly total: number; readonly resumes: number };
  pendingAsks: () => number;
  clients: () => Readonly<Record<Socket, number>>;
  elapsed: () => number;
  config: () => DaemonStatus['config'];
  version: string;
  dir: string;
  assurance: () => Assurance;
  startedAt: number;
}

/** Makes the function that says how the daemon is. */
export function createStatus(deps: StatusDeps): () => DaemonStatus {
  const { lifecycle, journal, sessions, version, dir } = deps;
  const startedElapsed = deps.elapsed();
  return () => ({
    state: lifecycle.state,
    uptime_secs: Math.floor((deps.elapsed() - startedElapsed) / 1000),
    current_session: mostRecent(sessions.live())?.session_id ?? null,
    saves_count: journal.headSeq - journal.oldestSeq + 1,
    total_resumes: sessions.resumes,
    sessions: { live: sessions.liveCount, total: sessions.total },
    pending_asks: deps.pendingAsks(),
    clients: { ...deps.clients() },
    journal: {
      head_seq: journal.headSeq,
      oldest_seq: journal.oldestSeq,
      bytes: journal.bytes,
      durability: journal.durability,
    },
    version,
    pid: process.pid,
    started_at: timestamp(deps.startedAt),
    dir,
    assurance: deps.assurance(),
    config: deps.config(),
  });
}

function mostRecent(sessions: Session[]): Session | undefined {
  return sessions.reduce<Session | undefined>(
    (latest, session) => (latest === undefined || session.changed_seq > latest.changed_seq ? session : latest),
    undefined,
  );
}
