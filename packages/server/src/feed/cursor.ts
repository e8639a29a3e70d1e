import type { ProtocolError } from '@proj/protocol';
import type { Frame } from './recent.ts';

export interface FeedFilter {
  sessionId: string | undefined;
  types: readonly string[] | undefined;
}

/** Where a subscriber's bytes go. */
export interface Sink {
  /** It has all it may have waiting: the cursor stands still until it is drained. */
  readonly isFull: boolean;
  write(bytes: Buffer): void;
  /** The feed cannot go on for this subscriber: says why in a last line and closes. */
  fail(error: ProtocolError): void;
}

/** Where one subscriber stands: everything up to `position` that its filter lets pass has been written to it. */
export interface Cursor {
  position: number;
  readonly filter: FeedFilter;
  readonly sink: Sink;
}

export function isFiltered({ sessionId, types }: FeedFilter): boolean {
  return sessionId !== undefined || types !== undefined;
}

export function passes(filter: FeedFilter, of: Pick<Frame, 'sessionId' | 'type'>): boolean {
  if (filter.sessionId !== undefined && filter.sessionId !== of.sessionId) return false;
  return filter.types === undefined || filter.types.includes(of.type);
}
