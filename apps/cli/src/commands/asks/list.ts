import type { AskState } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withControl } from '../../place.ts';
import { askList } from '../../print/ask-list.ts';
import { show } from '../../print/show.ts';
import { findSession } from '../sessions/find.ts';

export interface AskListOptions extends PlaceOptions {
  /** Pending ones by default. */
  state?: AskState | 'all';
  session?: string;
}

/** `proj asks` */
export async function listAsks({ state = 'pending', session, ...options }: AskListOptions, io: Io): Promise<number> {
  const value = await withControl(options, async (control) => {
    const found = session === undefined ? undefined : await findSession(control, session);
    return control.asks({
      ...(state !== 'all' && { state }),
      ...(found !== undefined && { sessionId: found.session_id }),
    });
  });
  const lines = (): string[] => askList(value, { nowMs: Date.now(), width: io.out.columns });
  show(io, { json: options.json, value, lines });
  return exitCodes.done;
}
