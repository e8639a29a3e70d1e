import type { SessionState } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withControl } from '../../place.ts';
import { sessionList } from '../../print/session-list.ts';
import { show } from '../../print/show.ts';

export interface SessionListOptions extends PlaceOptions {
  /** Live ones by default. */
  state?: SessionState | 'live' | 'all';
}

/** `proj sessions list` */
export async function listSessions({ state = 'live', ...options }: SessionListOptions, io: Io): Promise<number> {
  const filter = state === 'live' || state === 'all' ? {} : { state };
  const all = await withControl(options, (control) => control.sessions(filter));
  const value = state === 'live' ? all.filter((session) => ['active', 'paused'].includes(session.state)) : all;
  const lines = (): string[] => sessionList(value, { nowMs: Date.now(), width: io.out.columns });
  show(io, { json: options.json, value, lines });
  return exitCodes.done;
}
