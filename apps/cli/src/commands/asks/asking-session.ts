import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Runtime, SessionHandle } from '@proj/client';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';

export interface AskingSessionOptions {
  /** The id of a live session to ask in. */
  session?: string;
  /** The name of a session of the ask's own. */
  name?: string;
  key?: string;
}

export interface AskingSession {
  session: SessionHandle;
  /** It was opened for this ask, and ends with it. */
  own: boolean;
}

// The wire's limit of a key.
const LONGEST_KEY = 128;

/** The session to ask in: the one given, the one this process runs inside, else one of the ask's own. */
export async function askingSession(
  runtime: Runtime,
  options: AskingSessionOptions,
  env: Io['env'],
): Promise<AskingSession> {
  if (options.session !== undefined && options.name !== undefined)
    throw new Failure('give --session or --name, not both');
  const given = options.session ?? (options.name === undefined ? env['PROJ_SESSION_ID'] : undefined);
  if (given !== undefined && given !== '') return { session: runtime.session(given), own: false };
  const session = await runtime.openSession({
    name: options.name ?? `proj ask in ${basename(process.cwd())}`,
    ...(options.key !== undefined && { key: sessionKey(options.key) }),
  });
  return { session, own: true };
}

/** The key of the session that a keyed ask opens, so that the next run finds the ask again. */
export function sessionKey(askKey: string): string {
  const key = `ask:${askKey}`;
  return key.length <= LONGEST_KEY ? key : `ask:${createHash('sha256').update(askKey).digest('hex')}`;
}
