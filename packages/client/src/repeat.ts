/**
 * What may be sent a second time when the connection broke before the reply: what only reads, and what carries a key
 * by which the daemon knows it again.
 */
type Payload = Readonly<Record<string, unknown>>;

const READS = new Set([
  'hello',
  'ping',
  'session.get',
  'session.list',
  'session.messages',
  'session.receive',
  'ask.get',
  'ask.list',
  'ask.wait',
  'daemon.status',
  'client.list',
  'events.subscribe',
  'events.unsubscribe',
  'terminal.snapshot',
  'plugin.list',
]);

const WAITS = new Set(['ask.wait', 'session.receive']);

const KEY_FIELDS = new Map([
  ['session.open', 'key'],
  ['session.spawn', 'key'],
  ['session.emit', 'event_id'],
  ['session.log', 'event_id'],
  ['session.input', 'input_id'],
  ['ask.open', 'key'],
  ['ask.answer', 'answer_id'],
]);

// A session's key says which session is meant, so only its opener can give one. A secret ask takes no key.
const KEY_IS_MEANT = new Set(['session.open', 'session.spawn']);

/** The payload with a key of its own, where the type takes one and the caller gave none. */
export function withKey(type: string, payload: Payload): Payload {
  const field = KEY_FIELDS.get(type);
  if (field === undefined || payload[field] !== undefined) return payload;
  if (KEY_IS_MEANT.has(type) || (type === 'ask.open' && payload['secret'] === true)) return payload;
  return { ...payload, [field]: crypto.randomUUID() };
}

export function isRead(type: string): boolean {
  return READS.has(type);
}

/** A request whose reply comes when something happens, not at once. */
export function isWait(type: string): boolean {
  return WAITS.has(type);
}

export function isRepeatable(type: string, payload: Payload): boolean {
  const field = KEY_FIELDS.get(type);
  return field === undefined ? isRead(type) && !type.startsWith('events.') : payload[field] !== undefined;
}
