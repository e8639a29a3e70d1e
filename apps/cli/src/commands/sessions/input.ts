import type { HumanInput } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { withControl } from '../../place.ts';
import { shortId } from '../../print/short-id.ts';
import { show } from '../../print/show.ts';
import { findSession } from './find.ts';
import type { SessionOptions } from './show.ts';

export interface SessionInputOptions extends SessionOptions {
  /** The message; `-` reads it from standard input. */
  text?: string;
  approve?: string;
  reject?: string;
  abort?: boolean;
  artifact?: string;
  reason?: string;
}

/** `proj sessions input`: says something to a session that it did not ask for. */
export async function inputToSession(options: SessionInputOptions, io: Io): Promise<number> {
  const text = options.text === '-' ? await io.readStdin() : options.text;
  const input = humanInput({ ...options, ...(text !== undefined && { text }) });
  const { seq, id } = await withControl(options, async (control) => {
    const { session_id: id } = await findSession(control, options.session);
    return { seq: await control.input(id, input), id };
  });
  show(io, { json: options.json, value: { session_id: id, seq }, lines: () => [`told ${shortId(id)}`] });
  return exitCodes.done;
}

// The one input that the options describe.
// @throws Failure (usage) when they describe none or several.
function humanInput({
  text,
  approve,
  reject,
  abort,
  artifact,
  reason,
}: Omit<SessionInputOptions, 'session'>): HumanInput {
  const kinds = [text, approve, reject, abort === true ? 'abort' : undefined].filter((part) => part !== undefined);
  if (kinds.length !== 1) throw new Failure('give one of: TEXT, --approve DRAFT, --reject DRAFT, --abort');
  const uri = artifact === undefined ? {} : { artifact_uri: artifact };
  if (text !== undefined) return { input_type: 'message', text };
  if (approve !== undefined) return { input_type: 'approve', draft_id: approve, ...uri };
  if (reject === undefined) return { input_type: 'abort' };
  if (reason === undefined) throw new Failure('--reject needs --reason');
  return { input_type: 'reject', draft_id: reject, reason, ...uri };
}
