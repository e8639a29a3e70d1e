import type { Ask } from '@proj/protocol';

/** A pending ask with what a test is about. */
export function askRecord(fields: Partial<Ask> = {}): Ask {
  return {
    ask_id: 'ask_0123456789abcdef0123456789abcdef',
    session_id: 'ses_fedcba9876543210fedcba9876543210',
    session_name: 'nightly',
    kind: 'approval',
    message: 'Sure?',
    options: [],
    on_timeout: 'expire',
    urgency: 'blocking',
    context: [],
    items: [],
    opened_at: '2026-11-20T12:00:00.000Z',
    changed_seq: 2,
    state: 'pending',
    ...fields,
  };
}

/** The same, answered on control.sock. */
export function answeredAsk(value: unknown, fields: Partial<Ask> = {}): Ask {
  const answer = {
    value,
    responder_id: 'cli_1',
    channel_id: 'slack:C04',
    answered_at: '2026-11-20T12:01:00.000Z',
    timed_out: false,
    assurance: 'guardrail' as const,
  };
  return askRecord({ state: 'answered', ...fields, answer: { ...answer, ...fields.answer } });
}
