import type { DatabaseSync } from 'node:sqlite';
import type { Durability, JournalEvent } from '@proj/protocol';
import { createAskRows } from './ask-rows.ts';
import { createInputRows, createMessageRows } from './conversation-rows.ts';
import { openDatabase, pragma } from './database.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type {
  AskRows,
  CounterRows,
  EventIdRows,
  InputRows,
  Journal,
  LineRange,
  MessageRows,
  SecretRows,
  SessionRows,
} from './journal.ts';
import { createCounterRows, createEventIdRows, createSecretRows } from './key-rows.ts';
import { createSessionRows } from './session-rows.ts';

interface Tables {
  db: DatabaseSync;
  log: EventLog;
  sessions: SessionRows;
  asks: AskRows;
  messages: MessageRows;
  inputs: InputRows;
  eventIds: EventIdRows;
  secrets: SecretRows;
  counters: CounterRows;
}

/**
 * The journal on `node:sqlite`: a write-ahead log, synced at each commit where durability is `full`.
 * @throws LocalError `journal_unusable`
 */
export function openSqliteJournal(path: string, durability: Durability): Journal {
  return new SqliteJournal(path, durability);
}

class SqliteJournal implements Journal {
  readonly durability: Durability;
  #path: string;
  #tables: Tables;
  // A crash may have come between a deletion and its scrubbing.
  #deletedSecrets = true;

  constructor(path: string, durability: Durability) {
    this.#path = path;
    this.durability = durability;
    this.#tables = this.#open();
  }

  get headSeq(): number {
    return this.#tables.log.head;
  }
  get oldestSeq(): number {
    return this.#tables.log.oldest;
  }
  get bytes(): number {
    const { db } = this.#tables;
    return pragma(db, 'page_count') * pragma(db, 'page_size');
  }
  get sessions(): SessionRows {
    return this.#tables.sessions;
  }
  get asks(): AskRows {
    return this.#tables.asks;
  }
  get messages(): MessageRows {
    return this.#tables.messages;
  }
  get inputs(): InputRows {
    return this.#tables.inputs;
  }
  get eventIds(): EventIdRows {
    return this.#tables.eventIds;
  }
  get secrets(): SecretRows {
    return this.#tables.secrets;
  }
  get counters(): CounterRows {
    return this.#tables.counters;
  }

  begin(): void {
    this.#tables.db.exec('BEGIN IMMEDIATE');
  }

  append(event: JournalEvent, line: string): void {
    this.#tables.log.append(event, line);
  }

  commit(): void {
    this.#tables.db.exec('COMMIT');
  }

  // After an I/O error nothing that this handle holds in memory can be trusted: a new one reads what the file says.
  rollback(cause: unknown): void {
    const { db, log } = this.#tables;
    if (db.isTransaction) db.exec('ROLLBACK');
    log.reload();
    if (isInputOutputError(cause)) this.#reopen();
  }

  readLines(range: LineRange): ReturnType<Journal['readLines']> {
    return this.#tables.log.read(range);
  }

  dropOldest(keep: { afterSeq: number; sinceMs: number }): boolean {
    return this.#tables.log.dropOldest(keep);
  }

  scrub(): void {
    const { db } = this.#tables;
    // The next transaction may have begun; it is tried again after that.
    if (!this.#deletedSecrets || db.isTransaction) return;
    // Busy is an answer too: then it is tried after the next commit.
    this.#deletedSecrets = !truncatesLog(db);
  }

  close(): void {
    this.#tables.db.close();
  }

  #reopen(): void {
    const { db } = this.#tables;
    try {
      this.#tables = this.#open();
    } catch {
      // The old handle still reads; the next write fails again, or finds the disk well.
      return;
    }
    db.close();
  }

  #open(): Tables {
    const db = openDatabase(this.#path, this.durability);
    const onDelete = (): void => {
      this.#deletedSecrets = true;
    };
    return {
      db,
      log: createEventLog(db),
      sessions: createSessionRows(db),
      asks: createAskRows(db),
      messages: createMessageRows(db),
      inputs: createInputRows(db),
      eventIds: createEventIdRows(db),
      secrets: createSecretRows(db, onDelete),
      counters: createCounterRows(db),
    };
  }
}

const SQLITE_IOERR = 10;

function isInputOutputError(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_IOERR;
}

// A disk that is full takes no checkpoint; what was committed stands all the same.
function truncatesLog(db: DatabaseSync): boolean {
  try {
    return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  } catch {
    return false;
  }
}
