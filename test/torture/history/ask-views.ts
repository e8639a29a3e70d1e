import type { Ask } from '@proj/protocol';
import type { Evidence } from './evidence.ts';
import type { Operation } from './history.ts';

/** An ask as somebody saw it. What is read from the journal and the rows after the end was seen at the end. */
export interface AskView {
  ask: Ask;
  t_call: number;
  t_ret: number;
  by: string;
}

/** Every look at every ask, by ask. */
export function viewsByAsk({ operations, journal, asks }: Evidence): Map<string, AskView[]> {
  const views = new Map<string, AskView[]>();
  const add = (view: AskView): void => {
    const known = views.get(view.ask.ask_id);
    if (known === undefined) views.set(view.ask.ask_id, [view]);
    else known.push(view);
  };
  for (const operation of operations) for (const ask of asksIn(operation)) add(viewOf(operation, ask));
  const atEnd = { t_call: Number.POSITIVE_INFINITY, t_ret: Number.POSITIVE_INFINITY };
  for (const { event } of journal) {
    if (event.type === 'ask.settled') add({ ask: event.payload, ...atEnd, by: `journal ${event.seq}` });
  }
  for (const ask of asks) add({ ask, ...atEnd, by: 'row' });
  return views;
}

export function isSettled({ state }: Ask): boolean {
  return state !== 'pending';
}

/** What an ask was settled by, as one comparable text. The value of a secret is not for everybody to see. */
export function settlementOf({ state, changed_seq, answer, secret }: Ask): string {
  const shown = secret === true ? { ...answer, value: undefined } : answer;
  return `${state} at ${changed_seq} ${shown === undefined ? '' : JSON.stringify(shown)}`;
}

function asksIn({ result }: Operation): Ask[] {
  if ('lost' in result || !result.ok) return [];
  const { ask, asks } = result.payload;
  const listed = Array.isArray(asks) ? asks : [];
  return ask === undefined ? listed : [ask as Ask, ...listed];
}

function viewOf({ t_call, t_ret, client, op }: Operation, ask: Ask): AskView {
  return { ask, t_call, t_ret, by: `${client} ${op}` };
}
