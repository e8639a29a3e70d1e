import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withControl } from '../../place.ts';
import { askList } from '../../print/ask-list.ts';
import { sessionCard } from '../../print/session-list.ts';
import { show } from '../../print/show.ts';
import { findSession } from './find.ts';

export interface SessionOptions extends PlaceOptions {
  /** An id, or the beginning of one. */
  session: string;
}

/** `proj sessions show`: the session, and for people its pending asks. */
export async function showSession(options: SessionOptions, io: Io): Promise<number> {
  const { value, asks } = await withControl(options, async (control) => {
    const value = await findSession(control, options.session);
    return { value, asks: await control.asks({ state: 'pending', sessionId: value.session_id }) };
  });
  const list = { nowMs: Date.now(), width: io.out.columns };
  const lines = (): string[] => [...sessionCard(value, list), ...(asks.length === 0 ? [] : askList(asks, list))];
  show(io, { json: options.json, value, lines });
  return exitCodes.done;
}
