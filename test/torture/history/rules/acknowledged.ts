import { isDeepStrictEqual } from 'node:util';
import type { JournalEvent } from '@proj/protocol';
import type { Evidence } from '../evidence.ts';
import type { Operation } from '../history.ts';

type Find = (seq: number) => JournalEvent | undefined;

/** What was acknowledged is in the journal, at the seq that was acknowledged, with the content that was sent. */
export function faultsOfAcknowledged({ operations, journal }: Evidence): string[] {
  const bySeq = new Map(journal.map(({ event }) => [event.seq, event]));
  const opened = new Set(journal.flatMap(({ event }) => openedIdOf(event) ?? []));
  return operations.flatMap((operation) => {
    const fault = faultOf(operation, (seq) => bySeq.get(seq), opened);
    return fault === undefined ? [] : [`${operation.client}: ${operation.op}: ${fault}`];
  });
}

function faultOf({ op, args, result }: Operation, find: Find, opened: ReadonlySet<string>): string | undefined {
  if ('lost' in result || !result.ok) return undefined;
  const { payload } = result;
  switch (op) {
    case 'session.emit':
      return faultOfEvent(find(Number(payload['seq'])), { seq: payload['seq'], type: 'session.event', args });
    case 'session.log':
      return faultOfEvent(find(Number(payload['seq'])), { seq: payload['seq'], type: 'session.logged', args });
    case 'session.input':
      return faultOfEvent(find(Number(payload['seq'])), { seq: payload['seq'], type: 'session.input', args });
    case 'session.open':
      return faultOfOpened(payload['session'], 'session_id', opened);
    case 'ask.open':
      return faultOfOpened(payload['ask'], 'ask_id', opened);
    default:
      return undefined;
  }
}

interface Acknowledged {
  seq: unknown;
  type: JournalEvent['type'];
  args: Record<string, unknown>;
}

function faultOfEvent(event: JournalEvent | undefined, { seq, type, args }: Acknowledged): string | undefined {
  if (event === undefined) return `${seq} was acknowledged and is not in the journal`;
  if (event.type !== type) return `${seq} was acknowledged and is a ${event.type}`;
  if (event.session_id !== args['session_id']) return `${seq} was acknowledged and is another session's`;
  if (type === 'session.event' && !isDeepStrictEqual(event.payload, args['event'])) {
    return `${seq} was acknowledged and has other content`;
  }
  return undefined;
}

function faultOfOpened(record: unknown, idField: string, opened: ReadonlySet<string>): string | undefined {
  const id = new Map(Object.entries(record ?? {})).get(idField);
  return opened.has(String(id)) ? undefined : `${id} was acknowledged and is not in the journal`;
}

function openedIdOf(event: JournalEvent): string | undefined {
  if (event.type === 'session.opened') return event.payload.session_id;
  return event.type === 'ask.opened' ? event.payload.ask_id : undefined;
}
