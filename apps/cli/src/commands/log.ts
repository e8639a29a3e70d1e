import type { Control, WatchEvent } from '@proj/client';
import { exitCodes } from '../exit-codes.ts';
import { endsWith } from '../interruption.ts';
import type { Io } from '../io.ts';
import { type PlaceOptions, withLastingControl } from '../place.ts';
import { eventLines } from '../print/event-line.ts';
import { jsonLine } from '../print/json.ts';
import { findSession } from './sessions/find.ts';

export interface LogOptions extends PlaceOptions {
  /** An id, or the beginning of one. */
  session: string;
  follow?: boolean;
}

/** `proj log`: what a session reported, asked and was told, oldest first, as far back as the journal goes. */
export async function log(options: LogOptions, io: Io): Promise<number> {
  await withLastingControl(options, io, async (control) => {
    const { sessionId, oldestSeq, newestSeq } = await span(control, options.session);
    if (newestSeq < oldestSeq && options.follow !== true) return;
    const watch = control.watch({ sessionId, afterSeq: oldestSeq - 1, signal: io.outputClosed });
    await endsWith(io.outputClosed, async () => {
      for await (const event of watch) {
        print(event, options, io);
        await io.out.drained();
        if (options.follow !== true && 'seq' in event && event.seq >= newestSeq) return;
      }
    });
  });
  return exitCodes.done;
}

// Every event of a session changes its record, so the record says which one is the last.
async function span(
  control: Control,
  typed: string,
): Promise<{ sessionId: string; oldestSeq: number; newestSeq: number }> {
  const { session_id: sessionId, changed_seq: newestSeq } = await findSession(control, typed);
  const { journal } = await control.status();
  return { sessionId, oldestSeq: journal.oldest_seq, newestSeq };
}

function print(event: WatchEvent, { json }: LogOptions, io: Io): void {
  const lines = json === true ? [jsonLine(event)] : eventLines(event, io.out.columns);
  for (const line of lines) io.out.line(line);
}
