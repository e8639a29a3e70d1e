import type { Ask, JournalEvent, Peer } from '@proj/protocol';
import type { Clock } from '../clock.ts';
import { Deadlines } from '../deadlines.ts';
import { notFound } from '../errors.ts';
import type { AskRow, Journal, Listed, ListQuery } from '../journal/journal.ts';
import type { Projection } from '../method.ts';

const RETRY_MS = 1_000;

/** The asks: pending ones in memory with their deadlines, settled ones as rows. */
export class Asks implements Projection {
  #journal: Journal;
  #clock: Clock;
  #pending = new Map<string, Listed<Ask>>();
  #pendingOf = new Map<string, Set<string>>();
  #changed = new Map<string, Listed<AskRow>>();
  #dueAt = new Map<string, number>();
  #deadlines: Deadlines<string>;

  constructor(journal: Journal, clock: Clock, onDue: (askId: string) => void) {
    this.#journal = journal;
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, onDue);
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  pendingCountOf(sessionId: string): number {
    return this.#pendingOf.get(sessionId)?.size ?? 0;
  }

  /** Pending asks in order of creation. */
  pending(): Listed<Ask>[] {
    return [...this.#pending.values()].toSorted((a, b) => a.openedSeq - b.openedSeq);
  }

  pendingOf(sessionId: string): Ask[] {
    return [...(this.#pendingOf.get(sessionId) ?? [])].map((askId) => this.get(askId));
  }

  /** @throws ProtocolError `not_found` */
  get(askId: string): Ask {
    const ask = this.#pending.get(askId)?.row ?? this.#changed.get(askId)?.row.ask ?? this.#journal.asks.find(askId);
    if (ask === undefined) throw notFound('ask');
    return ask;
  }

  findByKey(sessionId: string, key: string): Ask | undefined {
    this.save();
    return this.#journal.asks.findByKey(sessionId, key);
  }

  list(query: ListQuery): Listed<Ask>[] {
    this.save();
    return this.#journal.asks.list(query);
  }

  /** Who opened a pending ask: nobody where that cannot be known, or the log does not go back so far. */
  askerOf(askId: string): Peer | undefined {
    const openedSeq = this.#pending.get(askId)?.openedSeq;
    if (openedSeq === undefined) return undefined;
    const range = { afterSeq: openedSeq - 1, throughSeq: openedSeq, limit: 1, filter: {} };
    const [found] = this.#journal.readLines(range).lines;
    const event: JournalEvent | undefined = found && JSON.parse(found.line);
    return event?.by?.peer;
  }

  /** The value of a secret ask's answer, while its session lives. */
  secretValue(askId: string): unknown {
    const value = this.#journal.secrets.find(askId);
    return value === undefined ? undefined : JSON.parse(value);
  }

  keepSecret({ ask_id, session_id }: Ask, value: unknown): void {
    this.#journal.secrets.put(ask_id, session_id, JSON.stringify(value));
  }

  /** The ask is past its deadline, whether the timer has fired or not. */
  isDue(askId: string): boolean {
    const at = this.#dueAt.get(askId);
    return at !== undefined && at <= this.#clock.elapsed();
  }

  /** The journal could not take what settles the asks that are due: they stay due and come up again in a second. */
  retryDue(): void {
    const now = this.#clock.elapsed();
    for (const [askId, at] of this.#dueAt) if (at <= now) this.#deadlines.set(askId, now + RETRY_MS);
  }

  apply(event: JournalEvent): void {
    if (event.type === 'ask.opened') this.#open(event.payload, event.seq);
    if (event.type === 'ask.settled') this.#settle(event.payload);
    if (event.type !== 'session.changed') return;
    const { state, session_id } = event.payload;
    if (state === 'completed' || state === 'aborted') this.#journal.secrets.deleteOfSession(session_id);
  }

  save(): void {
    for (const { row, openedSeq } of this.#changed.values()) this.#journal.asks.put(row, openedSeq);
    this.#changed.clear();
  }

  load(): void {
    this.stop();
    this.#changed.clear();
    this.#pending.clear();
    this.#pendingOf.clear();
    this.#dueAt.clear();
    for (const { row, openedSeq } of this.#journal.asks.pending()) {
      this.#keep({ row: row.ask, openedSeq });
      if (row.dueMs !== null) this.#setDue(row.ask.ask_id, this.#dueNow(row, row.dueMs));
    }
  }

  stop(): void {
    this.#deadlines.clear();
  }

  #open(ask: Ask, openedSeq: number): void {
    this.#keep({ row: ask, openedSeq });
    const dueMs = ask.timeout_ms === undefined ? null : this.#clock.elapsed() + ask.timeout_ms;
    if (dueMs !== null) this.#setDue(ask.ask_id, dueMs);
    this.#changed.set(ask.ask_id, { row: { ask, dueMs, bootId: this.#clock.bootId }, openedSeq });
  }

  #settle(ask: Ask): void {
    const openedSeq = this.#pending.get(ask.ask_id)?.openedSeq;
    if (openedSeq === undefined) return;
    this.#pending.delete(ask.ask_id);
    this.#dueAt.delete(ask.ask_id);
    this.#deadlines.delete(ask.ask_id);
    const siblings = this.#pendingOf.get(ask.session_id);
    siblings?.delete(ask.ask_id);
    if (siblings?.size === 0) this.#pendingOf.delete(ask.session_id);
    const { dueMs = null, bootId = this.#clock.bootId } = this.#changed.get(ask.ask_id)?.row ?? {};
    this.#changed.set(ask.ask_id, { row: { ask, dueMs, bootId }, openedSeq });
  }

  #setDue(askId: string, at: number): void {
    this.#dueAt.set(askId, at);
    this.#deadlines.set(askId, at);
  }

  #keep(listed: Listed<Ask>): void {
    const { ask_id, session_id } = listed.row;
    this.#pending.set(ask_id, listed);
    const siblings = this.#pendingOf.get(session_id) ?? new Set();
    this.#pendingOf.set(session_id, siblings.add(ask_id));
  }

  // Within one boot the clock that nobody sets says it exactly; after a boot only the wall time is left.
  #dueNow({ ask, bootId }: AskRow, dueMs: number): number {
    if (bootId === this.#clock.bootId) return dueMs;
    const left = ask.expires_at === undefined ? 0 : Date.parse(ask.expires_at) - this.#clock.now();
    return this.#clock.elapsed() + left;
  }
}
