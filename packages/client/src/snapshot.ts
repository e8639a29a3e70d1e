import type { Ask, ControlSubscribeReply, JournalEvent, PushEvent, Session } from '@proj/protocol';
import type { Connection } from './connection.ts';
import { readAsks, readSessions } from './lists.ts';

/** What stands: the live sessions and the pending asks, in order of creation. */
export interface Snapshot {
  /** The event it is exact for. Rows that were read on later are newer; their `changed_seq` says by how much. */
  head_seq: number;
  sessions: Session[];
  asks: Ask[];
}

type Requests = Pick<Connection<'control'>, 'request'>;

/** Reads on where the snapshot did not fit into one reply. */
export async function completeSnapshot(first: ControlSubscribeReply, connection: Requests): Promise<Snapshot> {
  const { head_seq, sessions = [], asks = [], next } = first;
  if (next === undefined) return { head_seq, sessions, asks };
  // A session that changes its state between the two lists may be in both: the newer row stays.
  const active = await readSessions(connection, { state: 'active', after: next });
  const paused = await readSessions(connection, { state: 'paused', after: next });
  const moreAsks = await readAsks(connection, { state: 'pending', after: next });
  const newest = latest([...sessions, ...active, ...paused], ({ session_id }) => session_id);
  return {
    head_seq,
    sessions: newest.toSorted(byCreation),
    asks: latest([...asks, ...moreAsks], ({ ask_id }) => ask_id),
  };
}

/** The rows of a snapshot and how new they are, to know the events that are in them already. */
export class SnapshotRows {
  readonly #changedSeq = new Map<string, number>();
  #newest = 0;

  add({ sessions, asks }: Snapshot): void {
    for (const { session_id, changed_seq } of sessions) this.#note(session_id, changed_seq);
    for (const { ask_id, changed_seq } of asks) this.#note(ask_id, changed_seq);
  }

  /** Whether the snapshot says what the event says, or something newer. */
  include(event: JournalEvent | PushEvent): boolean {
    if (!('seq' in event) || this.#changedSeq.size === 0) return false;
    if (event.seq > this.#newest) this.#changedSeq.clear();
    const id = rowOf(event);
    return id !== undefined && event.seq <= (this.#changedSeq.get(id) ?? 0);
  }

  #note(id: string, changedSeq: number): void {
    this.#changedSeq.set(id, changedSeq);
    this.#newest = Math.max(this.#newest, changedSeq);
  }
}

function rowOf(event: JournalEvent): string | undefined {
  if (event.type === 'session.opened' || event.type === 'session.changed') return event.payload.session_id;
  if (event.type === 'ask.opened' || event.type === 'ask.settled') return event.payload.ask_id;
  return undefined;
}

function latest<T extends { changed_seq: number }>(rows: readonly T[], idOf: (row: T) => string): T[] {
  const newest = new Map<string, T>();
  for (const row of rows) {
    const other = newest.get(idOf(row));
    if (other === undefined || other.changed_seq < row.changed_seq) newest.set(idOf(row), row);
  }
  return [...newest.values()];
}

function byCreation(a: Session, b: Session): number {
  return a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0;
}
