import type { Ask, JournalEvent } from '@proj/protocol';
import type { Operation } from './history.ts';
import type { StreamFilter, Stretch } from './stream-record.ts';

export interface StreamEvidence {
  reader: string;
  filter: StreamFilter;
  stretches: readonly Stretch[];
}

/** An event of the journal, with the bytes it was read as. */
export interface JournaledLine {
  event: JournalEvent;
  line: string;
}

/** All there is to judge a run by: what the clients saw, and what a fresh daemon reads from the disk after the end. */
export interface Evidence {
  operations: readonly Operation[];
  streams: readonly StreamEvidence[];
  /** Every event that any reader saw, as it was seen first. */
  seen: ReadonlyMap<number, string>;
  /** Events that two readers saw with different bytes. */
  differing: ReadonlySet<number>;
  journal: readonly JournaledLine[];
  /** The rows of all asks. */
  asks: readonly Ask[];
  /** The event that every unfiltered reader is to have reached; 0 where they were left anywhere. */
  reachedSeq: number;
}
