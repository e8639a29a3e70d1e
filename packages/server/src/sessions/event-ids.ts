import { createHash } from 'node:crypto';
import { encodeAscii } from '@proj/protocol';
import { usedForSomethingElse } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';

export interface EventUse {
  sessionId: string;
  eventId: string | undefined;
  /** What is reported, so that the id is not taken for another report. */
  content: unknown;
}

/**
 * Runs `append` unless the `event_id` was used before; then it gives that event's `seq`.
 * @throws ProtocolError `conflict` where the id was used for something else.
 */
export function onceByEventId(
  journal: Journal,
  { sessionId, eventId, content }: EventUse,
  append: () => number,
): number {
  if (eventId === undefined) return append();
  const digest = createHash('sha256').update(encodeAscii(content)).digest('base64');
  const used = journal.eventIds.find(sessionId, eventId);
  if (used !== undefined && used.digest !== digest) throw usedForSomethingElse('event_id');
  if (used !== undefined) return used.seq;
  const seq = append();
  journal.eventIds.put(sessionId, eventId, { seq, digest });
  return seq;
}
