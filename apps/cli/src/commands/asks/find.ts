import type { Control } from '@proj/client';
import { type Ask, ProtocolError } from '@proj/protocol';
import { matchId } from '../../id-prefix.ts';

/**
 * The ask an id or its beginning names; a pending one goes before a settled one.
 * @throws Failure (usage) when none or several fit.
 */
export async function findAsk(control: Control, typed: string): Promise<Ask> {
  return (await byId(control, typed)) ?? (await pendingByPrefix(control, typed)) ?? byPrefix(control, typed);
}

async function byId(control: Control, id: string): Promise<Ask | undefined> {
  try {
    return await control.ask(id);
  } catch (error) {
    if (error instanceof ProtocolError && ['not_found', 'invalid_payload'].includes(error.code)) return undefined;
    throw error;
  }
}

async function pendingByPrefix(control: Control, typed: string): Promise<Ask | undefined> {
  const asks = await control.asks({ state: 'pending' });
  const ids = asks.map(({ ask_id }) => ask_id);
  if (!ids.some((id) => id.startsWith(typed))) return undefined;
  const id = matchId(ids, typed, 'ask');
  return asks.find(({ ask_id }) => ask_id === id);
}

async function byPrefix(control: Control, typed: string): Promise<Ask> {
  const asks = await control.asks();
  const ids = asks.map(({ ask_id }) => ask_id);
  return control.ask(matchId(ids, typed, 'ask'));
}
