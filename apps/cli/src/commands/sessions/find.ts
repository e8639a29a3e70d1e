import type { Control } from '@proj/client';
import { ProtocolError, type Session } from '@proj/protocol';
import { Failure } from '../../failure.ts';
import { matchId } from '../../id-prefix.ts';

/**
 * The session an id or its beginning names.
 * @throws Failure (usage) when none or several fit.
 */
export async function findSession(control: Control, typed: string): Promise<Session> {
  const exact = await byId(control, typed);
  if (exact !== undefined) return exact;
  const sessions = await control.sessions();
  const id = matchId(
    sessions.map(({ session_id }) => session_id),
    typed,
    'session',
  );
  const found = sessions.find(({ session_id }) => session_id === id);
  if (found === undefined) throw new Failure('no session has this id');
  return found;
}

async function byId(control: Control, id: string): Promise<Session | undefined> {
  try {
    return await control.session(id);
  } catch (error) {
    if (error instanceof ProtocolError && ['not_found', 'invalid_payload'].includes(error.code)) return undefined;
    throw error;
  }
}
