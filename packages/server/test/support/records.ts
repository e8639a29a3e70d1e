import type { Ask, JournalEvent, Session } from '@proj/protocol';
import type { Caller } from '../../src/method.ts';

export const AT = '2026-11-20T12:00:00.000Z';
export const LATER = '2026-11-20T12:00:01.000Z';

export const operator: Caller = { clientId: 'cli_operator', socket: 'control', channelId: 'control:cli_operator' };

export function aSession(fields: Partial<Session> = {}): Session {
  return {
    session_id: 'ses_1',
    name: 'nightly',
    state: 'active',
    created_at: AT,
    updated_at: AT,
    changed_seq: 1,
    draft_ids: [],
    message_count: 0,
    pending_asks: 0,
    connected: true,
    ...fields,
  };
}

export function anAsk(fields: Partial<Ask> = {}): Ask {
  return {
    ask_id: 'ask_1',
    session_id: 'ses_1',
    session_name: 'nightly',
    kind: 'approval',
    message: 'Deploy?',
    options: [],
    on_timeout: 'expire',
    urgency: 'blocking',
    context: [],
    items: [],
    opened_at: AT,
    changed_seq: 2,
    state: 'pending',
    ...fields,
  };
}

export function aStatusUpdate(seq: number, fields: { session_id?: string; message?: string } = {}): JournalEvent {
  const { session_id = 'ses_1', message = `step ${seq}` } = fields;
  return { v: 1, seq, at: LATER, type: 'session.event', session_id, payload: { event_type: 'status_update', message } };
}
