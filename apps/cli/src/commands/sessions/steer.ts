import type { Control } from '@proj/client';
import type { Session } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { withControl } from '../../place.ts';
import { shortId } from '../../print/short-id.ts';
import { show } from '../../print/show.ts';
import { findSession } from './find.ts';
import type { SessionOptions } from './show.ts';

export interface SteerSessionOptions extends SessionOptions {
  verb: 'pause' | 'resume' | 'abort';
  reason?: string;
}

/** `proj sessions pause|resume|abort` */
export async function steerSession(options: SteerSessionOptions, io: Io): Promise<number> {
  const value = await withControl(options, async (control) => {
    const { session_id: id } = await findSession(control, options.session);
    return steer(control, id, options);
  });
  show(io, { json: options.json, value, lines: () => [`${shortId(value.session_id)} is ${value.state}`] });
  return exitCodes.done;
}

function steer(control: Control, id: string, { verb, reason }: SteerSessionOptions): Promise<Session> {
  switch (verb) {
    case 'pause':
      return control.pauseSession(id, reason);
    case 'resume':
      return control.resumeSession(id, reason);
    case 'abort':
      return control.abortSession(id, reason);
  }
}
