import { Failure } from '../../failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { endsWith } from '../../interruption.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withLastingControl } from '../../place.ts';
import { jsonLine } from '../../print/json.ts';
import { findSession } from '../sessions/find.ts';

export interface TailOptions extends PlaceOptions {
  /** Begin after this event; left out, with the next one. */
  after?: string;
  session?: string;
  type?: string[];
}

/** `proj ipc tail`: the feed as lines of JSON, over reconnects, until it is interrupted or nobody reads any more. */
export async function tail(options: TailOptions, io: Io): Promise<number> {
  const after = options.after === undefined ? {} : { afterSeq: parseSeq(options.after) };
  await withLastingControl(options, io, async (control) => {
    const found = options.session === undefined ? undefined : await findSession(control, options.session);
    const watch = control.watch({
      ...after,
      ...(found !== undefined && { sessionId: found.session_id }),
      ...(options.type !== undefined && { types: options.type }),
      signal: io.outputClosed,
    });
    await endsWith(io.outputClosed, async () => {
      for await (const event of watch) {
        io.out.line(jsonLine(event));
        await io.out.drained();
      }
    });
  });
  return exitCodes.done;
}

// @throws Failure (usage) for what is not a position in the journal.
function parseSeq(text: string): number {
  const seq = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seq)) return seq;
  throw new Failure('--after takes the seq of an event', { hint: '0 is before the first event' });
}
