import type { Ask } from '@proj/protocol';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

/** The session this process runs inside, so that it is its program's ask that would be answered. */
export function isOwnAsk(env: Io['env'], { session_id: session }: Pick<Ask, 'session_id'>): boolean {
  return env['PROJ_SESSION_ID'] === session;
}

/**
 * A program must not approve its own ask by accident. This is a guardrail, not a wall: the program could unset the
 * variable.
 * @throws Failure (usage) inside the session that asked.
 */
export function refuseOwnAsk(env: Io['env'], ask: Pick<Ask, 'session_id'>): void {
  if (!isOwnAsk(env, ask)) return;
  throw new Failure('this is the ask of the session that this command runs inside', {
    exitCode: exitCodes.usage,
    hint: 'answer it from another terminal, where PROJ_SESSION_ID is not set to this session',
  });
}
