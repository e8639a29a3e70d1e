import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withControl } from '../../place.ts';
import { askCard } from '../../print/ask-card.ts';
import { show } from '../../print/show.ts';
import { findAsk } from './find.ts';

export interface AskShowOptions extends PlaceOptions {
  /** An id, or the beginning of one. */
  ask: string;
}

/** `proj asks show`: the whole ask, nothing left out. */
export async function showAsk(options: AskShowOptions, io: Io): Promise<number> {
  const value = await withControl(options, (control) => findAsk(control, options.ask));
  show(io, { json: options.json, value, lines: () => askCard(value, { nowMs: Date.now(), width: io.out.columns }) });
  return exitCodes.done;
}
