import { type AskView, isSettled, viewsByAsk } from '../ask-views.ts';
import type { Evidence } from '../evidence.ts';
import type { Operation } from '../history.ts';

/** Nobody sees an ask pending after anybody saw it settled, and nobody sees an answer before it was given. */
export function faultsOfVisibility(evidence: Evidence): string[] {
  const firstCalls = firstCallsOf(evidence.operations);
  return [...viewsByAsk(evidence)].flatMap(([askId, views]) => [
    ...faultsOfOrder(askId, views),
    ...faultsOfOrigin(askId, views, firstCalls),
  ]);
}

function faultsOfOrder(askId: string, views: readonly AskView[]): string[] {
  const settled = views.filter(({ ask }) => isSettled(ask));
  const settledBy = Math.min(...settled.map(({ t_ret }) => t_ret));
  const late = views.find(({ ask, t_call }) => !isSettled(ask) && Number.isFinite(t_call) && t_call > settledBy);
  return late === undefined ? [] : [`${late.by} saw ${askId} pending after somebody had seen it settled`];
}

function faultsOfOrigin(
  askId: string,
  views: readonly AskView[],
  firstCalls: ReadonlyMap<string, FirstCall>,
): string[] {
  return views.flatMap(({ ask: { answer }, t_ret, by }) => {
    if (answer?.answer_id === undefined || answer.timed_out) return [];
    const call = firstCalls.get(`${askId} ${answer.answer_id}`);
    if (call === undefined) return [`${by} saw an answer to ${askId} that nobody gave`];
    if (t_ret < call.t_call) return [`${by} saw the answer to ${askId} before it was given`];
    const isSame = answer.value === undefined || call.value === JSON.stringify(answer.value);
    return isSame ? [] : [`${by} saw another value than was given to ${askId}`];
  });
}

interface FirstCall {
  t_call: number;
  value: string;
}

function firstCallsOf(operations: readonly Operation[]): Map<string, FirstCall> {
  const calls = new Map<string, FirstCall>();
  for (const { op, args, t_call } of operations) {
    if (op !== 'ask.answer') continue;
    const id = `${args['ask_id']} ${args['answer_id']}`;
    const known = calls.get(id);
    if (known === undefined || t_call < known.t_call) calls.set(id, { t_call, value: JSON.stringify(args['value']) });
  }
  return calls;
}
