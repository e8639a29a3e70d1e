import type { Answer, Ask, JournalEvent } from '@proj/protocol';
import type { Evidence, JournaledLine } from '../../history/evidence.ts';
import type { Operation, Result } from '../../history/history.ts';

/** Evidence of a run in which nothing happened, with what a case changes. */
export function evidenceWith(parts: Partial<Evidence> = {}): Evidence {
  return {
    operations: [],
    streams: [],
    seen: new Map(),
    differing: new Set(),
    journal: [],
    asks: [],
    reachedSeq: 0,
    ...parts,
  };
}

/** An operation that was called at one time and came back at another. */
export function operation(
  [t_call, t_ret]: [number, number],
  op: string,
  args: Record<string, unknown>,
  result: Result,
): Operation {
  return { t_call, t_ret, client: `c${t_call}`, op, args, result };
}

export function ok(payload: Record<string, unknown>): Result {
  return { ok: true, payload };
}

export function note(seq: number, message = `m${seq}`): JournaledLine {
  const payload = { event_type: 'status_update' as const, message };
  return lineOf({ v: 1, seq, at: '2026-11-20T12:00:00.000Z', type: 'session.event', session_id: 's', payload });
}

export function settled(seq: number, ask: Ask): JournaledLine {
  return lineOf({ v: 1, seq, at: '2026-11-20T12:00:00.000Z', type: 'ask.settled', session_id: 's', payload: ask });
}

function lineOf(event: JournalEvent): JournaledLine {
  return { event, line: JSON.stringify(event) };
}

export function askWith(parts: Partial<Ask> = {}): Ask {
  return {
    ask_id: 'a',
    session_id: 's',
    session_name: 'deploy',
    kind: 'approval',
    message: 'Deploy?',
    options: [],
    context: [],
    items: [],
    on_timeout: 'expire',
    urgency: 'blocking',
    opened_at: '2026-11-20T12:00:00.000Z',
    changed_seq: 1,
    state: 'pending',
    ...parts,
  };
}

export function answerWith(parts: Partial<Answer> = {}): Answer {
  return {
    value: true,
    answer_id: 'x',
    responder_id: 'r',
    channel_id: 'c',
    answered_at: '2026-11-20T12:00:01.000Z',
    timed_out: false,
    assurance: 'guardrail',
    ...parts,
  };
}
