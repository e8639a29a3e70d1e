import type { Ask, Durability, JournalEvent, Message, Session } from '@proj/protocol';

export interface LineFilter {
  sessionId?: string | undefined;
  types?: readonly string[] | undefined;
}

export interface LineRange {
  afterSeq: number;
  throughSeq: number;
  limit: number;
  filter: LineFilter;
}

export interface Line {
  seq: number;
  line: string;
}

export interface AskRow {
  ask: Ask;
  /** When it expires, on the clock of that boot; null where it does not. */
  dueMs: number | null;
  bootId: string;
}

export interface InputRow {
  seq: number;
  inputId: string | undefined;
  /** The HumanInput as JSON. */
  input: string;
}

export interface ListQuery {
  state?: string;
  sessionId?: string;
  /** Rows whose opening event stands after this. */
  afterSeq: number;
  limit: number;
}

export interface Listed<Row> {
  row: Row;
  openedSeq: number;
}

export interface SessionRows {
  put(session: Session, openedSeq: number): void;
  find(sessionId: string): Listed<Session> | undefined;
  live(): Listed<Session>[];
  list(query: ListQuery): Listed<Session>[];
}

export interface AskRows {
  put(row: AskRow, openedSeq: number): void;
  find(askId: string): Ask | undefined;
  findByKey(sessionId: string, key: string): Ask | undefined;
  pending(): Listed<AskRow>[];
  list(query: ListQuery): Listed<Ask>[];
}

export interface MessageRows {
  put(sessionId: string, message: Message): void;
  list(sessionId: string, afterSeq: number, limit: number): Message[];
}

export interface InputRows {
  put(sessionId: string, row: InputRow): void;
  next(sessionId: string, afterSeq: number): InputRow | undefined;
  findById(sessionId: string, inputId: string): InputRow | undefined;
}

/** What an `event_id` was used for: the digest tells the same use from another. */
export interface EventIdRows {
  put(sessionId: string, eventId: string, use: { seq: number; digest: string }): void;
  find(sessionId: string, eventId: string): { seq: number; digest: string } | undefined;
}

/** Values of secret asks, as JSON: in no event, list or log, and gone when their session ends. */
export interface SecretRows {
  put(askId: string, sessionId: string, value: string): void;
  find(askId: string): string | undefined;
  deleteOfSession(sessionId: string): void;
}

export interface CounterRows {
  put(name: string, value: number): void;
  find(name: string): number;
}

/**
 * The ordered log on disk, and beside it the current rows, changed in one transaction. All calls are synchronous.
 * Whatever throws here has changed nothing that survives `rollback`.
 */
export interface Journal {
  readonly headSeq: number;
  /** `headSeq` + 1 where the log is empty. */
  readonly oldestSeq: number;
  readonly bytes: number;
  readonly durability: Durability;
  readonly sessions: SessionRows;
  readonly asks: AskRows;
  readonly messages: MessageRows;
  readonly inputs: InputRows;
  readonly eventIds: EventIdRows;
  readonly secrets: SecretRows;
  readonly counters: CounterRows;

  begin(): void;
  /** Adds the event at `headSeq` + 1. */
  append(event: JournalEvent, line: string): void;
  /** Returns when everything since `begin` is as durable as `durability` says. */
  commit(): void;
  /** Drops everything since `begin`, which failed for this cause, and reads back where the log ends. */
  rollback(cause: unknown): void;

  /**
   * Lines of the range that the filter lets pass, in order, after looking at `limit` events at most, and a few hundred
   * KiB. `throughSeq` says how far it looked: the caller goes on from there, whatever was found.
   */
  readLines(range: LineRange): { lines: Line[]; throughSeq: number };
  /** Removes the oldest events, never the last one; true when it stopped at its bound and there may be more. */
  dropOldest(keep: { afterSeq: number; sinceMs: number }): boolean;
  /** Overwrites what deleted secrets left behind in the write-ahead log. */
  scrub(): void;
  close(): void;
}
