import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { withControl } from '../../place.ts';
import { messageLines } from '../../print/session-list.ts';
import { show } from '../../print/show.ts';
import { findSession } from './find.ts';
import type { SessionOptions } from './show.ts';

/** `proj sessions messages`: the whole conversation, oldest first. */
export async function sessionMessages(options: SessionOptions, io: Io): Promise<number> {
  const value = await withControl(options, async (control) => {
    const { session_id: id } = await findSession(control, options.session);
    return control.messages(id);
  });
  const lines = (): string[] => value.flatMap((message) => messageLines(message, io.out.columns));
  show(io, { json: options.json, value, lines });
  return exitCodes.done;
}
