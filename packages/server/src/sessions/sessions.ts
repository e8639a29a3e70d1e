import type { JournalEvent, Session } from '@proj/protocol';
import { notFound, sessionEnded } from '../errors.ts';
import type { Journal, Listed } from '../journal/journal.ts';
import type { Projection } from '../method.ts';
import { isLive, sessionAfter } from './session.ts';

/** The sessions: live ones in memory, ended ones as rows. */
export class Sessions implements Projection {
  #journal: Journal;
  #live = new Map<string, Listed<Session>>();
  #byKey = new Map<string, string>();
  #changed = new Map<string, Listed<Session>>();
  #total = 0;
  #resumes = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get liveCount(): number {
    return this.#live.size;
  }

  get total(): number {
    return this.#total;
  }

  get resumes(): number {
    return this.#resumes;
  }

  isLive(sessionId: string): boolean {
    return this.#live.has(sessionId);
  }

  find(sessionId: string): Session | undefined {
    return this.#find(sessionId)?.row;
  }

  /** @throws ProtocolError `not_found` */
  get(sessionId: string): Session {
    const session = this.find(sessionId);
    if (session === undefined) throw notFound('session');
    return session;
  }

  /** @throws ProtocolError `not_found`, or `conflict` for a session that has ended. */
  getLive(sessionId: string): Session {
    const session = this.get(sessionId);
    if (!isLive(session)) throw sessionEnded(session.state);
    return session;
  }

  findByKey(agentId: string | undefined, key: string): Session | undefined {
    const sessionId = this.#byKey.get(keyOf(agentId, key));
    return sessionId === undefined ? undefined : this.find(sessionId);
  }

  live(): Session[] {
    return [...this.#live.values()].map(({ row }) => row);
  }

  /** Live sessions in order of creation, with the place of their opening. */
  liveInOrder(): Listed<Session>[] {
    return [...this.#live.values()].toSorted((a, b) => a.openedSeq - b.openedSeq);
  }

  /** Rows of the list, live or not, in order of creation. */
  list(query: { state?: string; afterSeq: number; limit: number }): Listed<Session>[] {
    this.save();
    return this.#journal.sessions.list(query);
  }

  apply(event: JournalEvent): void {
    const { session_id: sessionId } = event;
    if (sessionId === undefined) return;
    if (event.type === 'session.opened') return this.#open(event.payload, event.seq);
    const found = this.#find(sessionId);
    if (found === undefined) return;
    const row = sessionAfter(found.row, event);
    if (found.row.state === 'paused' && row.state === 'active') this.#resumes++;
    this.#set({ row, openedSeq: found.openedSeq });
  }

  save(): void {
    if (this.#changed.size === 0) return;
    for (const { row, openedSeq } of this.#changed.values()) this.#journal.sessions.put(row, openedSeq);
    this.#changed.clear();
    this.#journal.counters.put('sessions_total', this.#total);
    this.#journal.counters.put('session_resumes', this.#resumes);
  }

  load(): void {
    this.#changed.clear();
    this.#live.clear();
    this.#byKey.clear();
    for (const listed of this.#journal.sessions.live()) this.#keep(listed);
    this.#total = this.#journal.counters.find('sessions_total');
    this.#resumes = this.#journal.counters.find('session_resumes');
  }

  #find(sessionId: string): Listed<Session> | undefined {
    return this.#live.get(sessionId) ?? this.#changed.get(sessionId) ?? this.#journal.sessions.find(sessionId);
  }

  #open(row: Session, openedSeq: number): void {
    this.#total++;
    this.#set({ row, openedSeq });
  }

  #set(listed: Listed<Session>): void {
    this.#changed.set(listed.row.session_id, listed);
    if (isLive(listed.row)) this.#keep(listed);
    else this.#drop(listed.row);
  }

  #keep(listed: Listed<Session>): void {
    const { session_id, agent_id, key } = listed.row;
    this.#live.set(session_id, listed);
    if (key !== undefined) this.#byKey.set(keyOf(agent_id, key), session_id);
  }

  #drop({ session_id, agent_id, key }: Session): void {
    this.#live.delete(session_id);
    if (key !== undefined) this.#byKey.delete(keyOf(agent_id, key));
  }
}

// A space is in no id, so the two parts cannot run into each other.
function keyOf(agentId: string | undefined, key: string): string {
  return `${agentId ?? ''} ${key}`;
}
