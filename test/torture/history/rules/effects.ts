import type { JournalEvent } from '@proj/protocol';
import type { Evidence } from '../evidence.ts';
import { argument, type Operation } from '../history.ts';

/** What was sent once has one effect at most, however often it was repeated under its id, and nothing is invented. */
export function faultsOfEffects({ operations, journal }: Evidence): string[] {
  const sent = sentEffects(operations);
  const found = new Map<string, number>();
  for (const { event } of journal) {
    const effect = effectOf(event);
    if (effect !== undefined) found.set(effect, (found.get(effect) ?? 0) + 1);
  }
  const tooMany = [...found].flatMap(([effect, count]) => {
    const most = sent.get(effect)?.size ?? 0;
    return count <= most ? [] : [`${count} times in the journal, sent ${most} times: ${effect}`];
  });
  return [...tooMany, ...faultsOfRepeats(operations)];
}

/** By effect: the ids it was sent under; one of its own for each that was sent without. */
function sentEffects(operations: readonly Operation[]): Map<string, Set<string>> {
  const sent = new Map<string, Set<string>>();
  for (const [index, { op, args }] of operations.entries()) {
    const effect = sentEffectOf(op, args);
    if (effect === undefined) continue;
    const ids = sent.get(effect) ?? new Set();
    sent.set(effect, ids.add(argument(args, 'event_id') ?? argument(args, 'input_id') ?? `#${index}`));
  }
  return sent;
}

function sentEffectOf(op: string, args: Record<string, unknown>): string | undefined {
  if (op === 'session.emit') return `${args['session_id']} ${JSON.stringify(args['event'])}`;
  if (op === 'session.input') return `${args['session_id']} input ${args['input_id']}`;
  return undefined;
}

function effectOf(event: JournalEvent): string | undefined {
  if (event.type === 'session.event') return `${event.session_id} ${JSON.stringify(event.payload)}`;
  if (event.type === 'session.input') return `${event.session_id} input ${event.payload.input_id}`;
  return undefined;
}

function faultsOfRepeats(operations: readonly Operation[]): string[] {
  const seqs = new Map<string, unknown>();
  return operations.flatMap(({ op, args, result }) => {
    if (op !== 'session.emit' || 'lost' in result || !result.ok) return [];
    const eventId = argument(args, 'event_id');
    if (eventId === undefined) return [];
    const id = `${args['session_id']} ${eventId}`;
    const { seq } = result.payload;
    const first = seqs.get(id) ?? seq;
    seqs.set(id, first);
    return first === seq ? [] : [`event_id ${eventId} was given ${first} and ${seq}`];
  });
}
