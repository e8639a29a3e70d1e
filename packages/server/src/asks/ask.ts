import type { Answer, Ask, AskOpenRequest, Session } from '@proj/protocol';
import type { Stamp } from '../method.ts';

/** What an ask asks, with the defaults filled in. */
export type AskContent = Pick<
  Ask,
  | 'key'
  | 'kind'
  | 'message'
  | 'description'
  | 'label'
  | 'options'
  | 'multiple'
  | 'schema'
  | 'secret'
  | 'default_value'
  | 'on_timeout'
  | 'urgency'
  | 'risk'
  | 'subject'
  | 'context'
  | 'items'
>;

/** What settles an ask. */
export type Settlement =
  | { state: 'answered'; answer: Answer }
  | { state: 'expired' }
  | { state: 'cancelled'; reason: string | undefined };

/** The ask of a request, pending. */
export function openedAsk(askId: string, request: AskOpenRequest, session: Session, stamp: Stamp): Ask {
  const { session_id, metadata, timeout_ms } = request;
  const expiresAt = timeout_ms === undefined ? undefined : Date.parse(stamp.at) + timeout_ms;
  return {
    ask_id: askId,
    session_id,
    session_name: session.name,
    ...contentOf(request),
    ...(timeout_ms !== undefined && { timeout_ms }),
    ...(metadata && { metadata }),
    opened_at: stamp.at,
    ...(expiresAt !== undefined && { expires_at: new Date(expiresAt).toISOString() }),
    changed_seq: stamp.seq,
    state: 'pending',
  };
}

/** The fields a key stands for: an ask of the same key with other content would be an answer to another question. */
export function contentOf(from: AskOpenRequest | Ask): AskContent {
  const { key, kind, message, description, label, multiple, schema, secret, default_value, risk, subject } = from;
  return {
    ...(key !== undefined && { key }),
    kind,
    message,
    ...(description !== undefined && { description }),
    ...(label !== undefined && { label }),
    options: from.options ?? [],
    ...(multiple !== undefined && { multiple }),
    ...(schema !== undefined && { schema }),
    ...(secret !== undefined && { secret }),
    ...(default_value !== undefined && { default_value }),
    on_timeout: from.on_timeout ?? 'expire',
    urgency: from.urgency ?? 'blocking',
    ...(risk !== undefined && { risk }),
    ...(subject !== undefined && { subject }),
    context: from.context ?? [],
    items: from.items ?? [],
  };
}

/** The transition: pending to one of the final states. */
export function settledAsk(ask: Ask, settlement: Settlement, { seq }: Stamp): Ask {
  const settled = { ...ask, changed_seq: seq, state: settlement.state };
  if (settlement.state === 'answered') return { ...settled, answer: withoutSecret(ask, settlement.answer) };
  if (settlement.state === 'cancelled' && settlement.reason) return { ...settled, state_reason: settlement.reason };
  return settled;
}

function withoutSecret({ secret }: Ask, answer: Answer): Answer {
  if (secret !== true) return answer;
  const { value: _secret, ...rest } = answer;
  return rest;
}
