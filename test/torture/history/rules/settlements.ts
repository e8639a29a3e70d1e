import type { Ask, Verdict } from '@proj/protocol';
import { type AskView, isSettled, settlementOf, viewsByAsk } from '../ask-views.ts';
import type { Evidence } from '../evidence.ts';
import { argument, type Operation } from '../history.ts';

/** An ask settles once: all views name the same settlement, and every verdict fits it. */
export function faultsOfSettlements(evidence: Evidence): string[] {
  const views = viewsByAsk(evidence);
  const answers = evidence.operations.filter(({ op }) => op === 'ask.answer');
  return [
    ...[...views].flatMap(([askId, seen]) => faultsOfViews(askId, seen)),
    ...faultsOfEvents(evidence),
    ...faultsOfVerdicts(answers, views),
    ...faultsOfWinners(answers),
    ...faultsOfCancels(evidence.operations, views),
  ];
}

function faultsOfViews(askId: string, views: readonly AskView[]): string[] {
  const settled = views.filter(({ ask }) => isSettled(ask));
  const [first] = settled;
  if (first === undefined) return [];
  const expected = settlementOf(first.ask);
  const other = settled.find(({ ask }) => settlementOf(ask) !== expected);
  const faults = other === undefined ? [] : [`${first.by} and ${other.by} saw ${askId} settled differently`];
  const row = views.find(({ by, ask }) => by === 'row' && !isSettled(ask));
  return row === undefined ? faults : [...faults, `${first.by} saw ${askId} settled, and it is pending on disk`];
}

function faultsOfEvents({ journal }: Evidence): string[] {
  const settled = new Set<string>();
  return journal.flatMap(({ event }) => {
    if (event.type !== 'ask.settled') return [];
    const { ask_id } = event.payload;
    const isSecond = settled.has(ask_id);
    settled.add(ask_id);
    return isSecond ? [`${ask_id} was settled again at ${event.seq}`] : [];
  });
}

function faultsOfVerdicts(answers: readonly Operation[], views: ReadonlyMap<string, AskView[]>): string[] {
  return answers.flatMap(({ client, args, result }) => {
    if ('lost' in result || !result.ok) return [];
    const verdict = result.payload['verdict'] as Verdict;
    const ask = finalOf(views.get(String(args['ask_id'])));
    return ask !== undefined && fits(verdict, args['answer_id'], ask)
      ? []
      : [`${client} was told ${verdict}, and ${args['ask_id']} is ${ask?.state}`];
  });
}

function fits(verdict: Verdict, answerId: unknown, { state, answer }: Ask): boolean {
  switch (verdict) {
    case 'won':
      return state === 'answered' && answer?.timed_out === false && answer.answer_id === answerId;
    case 'lost':
      return state === 'answered' && (answerId === undefined || answer?.answer_id !== answerId);
    case 'expired':
    case 'cancelled':
      return state === verdict;
  }
}

function faultsOfWinners(answers: readonly Operation[]): string[] {
  const winners = new Map<string, string>();
  return answers.flatMap(({ client, args, result }, at) => {
    if ('lost' in result || !result.ok || result.payload['verdict'] !== 'won') return [];
    const askId = String(args['ask_id']);
    const winner = argument(args, 'answer_id') ?? `${client} #${at}`;
    const first = winners.get(askId) ?? winner;
    winners.set(askId, first);
    return first === winner ? [] : [`${askId} was won by ${first} and by ${winner}`];
  });
}

function faultsOfCancels(operations: readonly Operation[], views: ReadonlyMap<string, AskView[]>): string[] {
  return operations.flatMap(({ client, op, args, result }) => {
    if (op !== 'ask.cancel' || 'lost' in result || !result.ok) return [];
    const ask = finalOf(views.get(String(args['ask_id'])));
    return ask?.state === 'cancelled' ? [] : [`${client} cancelled ${args['ask_id']}, which is ${ask?.state}`];
  });
}

function finalOf(views: readonly AskView[] | undefined): Ask | undefined {
  return (views?.find(({ by }) => by === 'row') ?? views?.findLast(({ ask }) => isSettled(ask)))?.ask;
}
