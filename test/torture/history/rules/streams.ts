import type { JournalEvent } from '@proj/protocol';
import type { Evidence, StreamEvidence } from '../evidence.ts';
import type { StreamFilter } from '../stream-record.ts';

/**
 * Every reader got what it asked for: in order, once, without a gap, resumed where it was cut, the same bytes as
 * everybody else, and nothing that is not in the journal.
 */
export function faultsOfStreams(evidence: Evidence): string[] {
  const matching = matchingSeqs(evidence);
  return [
    ...faultsOfBytes(evidence),
    ...evidence.streams.flatMap((stream) => {
      const fault = faultOfStream(stream, matching(stream.filter), evidence.reachedSeq);
      return fault === undefined ? [] : [`${stream.reader}: ${fault}`];
    }),
  ];
}

function faultsOfBytes({ seen, differing, journal }: Evidence): string[] {
  const lines = new Map(journal.map(({ event, line }) => [event.seq, line]));
  const differ = [...differing].map((seq) => `${seq} was not the same bytes for two readers`);
  const lost = [...seen].flatMap(([seq, line]) => {
    if (lines.get(seq) === line) return [];
    return [lines.has(seq) ? `${seq} was sent and is another in the journal` : `${seq} was sent and is lost`];
  });
  return [...differ, ...lost];
}

function faultOfStream(
  { stretches }: StreamEvidence,
  expected: readonly number[],
  reachedSeq: number,
): string | undefined {
  const start = stretches[0]?.after_seq ?? 0;
  let at = firstAbove(expected, start);
  let last = start;
  for (const { after_seq, seqs } of stretches) {
    if (after_seq !== last) return `resumed after ${after_seq}, having got ${last}`;
    for (const seq of seqs) {
      if (seq <= last) return `${seq} came after ${last}`;
      if (seq !== expected[at]) return `${seq} came where ${expected[at]} was due`;
      last = seq;
      at += 1;
    }
  }
  const missing = expected[at];
  return missing !== undefined && missing <= reachedSeq ? `${missing} never came` : undefined;
}

function firstAbove(sorted: readonly number[], seq: number): number {
  const found = sorted.findIndex((candidate) => candidate > seq);
  return found === -1 ? sorted.length : found;
}

/** The seqs a filter lets pass. Many readers have the same filter. */
export function matchingSeqs({ journal }: Evidence): (filter: StreamFilter) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (filter) => {
    const name = JSON.stringify(filter);
    const found = known.get(name) ?? journal.filter(({ event }) => passes(event, filter)).map(({ event }) => event.seq);
    known.set(name, found);
    return found;
  };
}

function passes({ type, session_id }: JournalEvent, filter: StreamFilter): boolean {
  if (filter.session_id !== undefined && filter.session_id !== session_id) return false;
  return filter.types === undefined || filter.types.includes(type);
}
