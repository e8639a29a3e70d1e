import { createHash } from 'node:crypto';
import type { Ask, DaemonStatus, Session } from '@proj/protocol';
import type { LineClient } from '../actors/line-client.ts';

/** A digest of what the daemon holds: two are the same when nothing has changed between them. */
export async function digestOf(operator: LineClient): Promise<string> {
  const { state, total_resumes, sessions, pending_asks, journal } =
    await operator.demand<DaemonStatus>('daemon.status');
  const live = await liveSessions(operator);
  // Who holds a session is no state: it changes with connections.
  const held = live.map(({ connected: _connected, ...session }) => session);
  const asks = await pendingAsks(operator);
  const parts = [state, total_resumes, sessions, pending_asks, journal.head_seq, held, asks];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

export async function liveSessions(operator: LineClient): Promise<Session[]> {
  const active = await rows<'sessions', Session>(operator, 'sessions', ['session.list', { state: 'active' }]);
  return [...active, ...(await rows<'sessions', Session>(operator, 'sessions', ['session.list', { state: 'paused' }]))];
}

export function pendingAsks(operator: LineClient): Promise<Ask[]> {
  return rows<'asks', Ask>(operator, 'asks', ['ask.list', { state: 'pending' }]);
}

type Page<K extends string, R> = Record<K, R[]> & { next?: string };

async function rows<K extends string, R>(
  operator: LineClient,
  field: K,
  [type, filter]: [type: string, filter: object],
): Promise<R[]> {
  const found: R[] = [];
  for (let after: string | undefined; ; ) {
    const page: Page<K, R> = await operator.demand(type, { ...filter, limit: 500, ...(after && { after }) });
    found.push(...page[field]);
    if (page.next === undefined) return found;
    after = page.next;
  }
}
