import type { Ask } from '@proj/protocol';
import { viewsByAsk } from '../ask-views.ts';
import type { Evidence } from '../evidence.ts';
import { argument, type Operation } from '../history.ts';

// The system's uptime moves in steps of 10 ms, and the daemon corrects its clock when it is 50 ms off.
const SLACK_MS = 100;

/** No ask runs out before its time, none is won after it, and running out approves nothing that was not the default. */
export function faultsOfDeadlines(evidence: Evidence): string[] {
  const openings = openingsOf(evidence.operations);
  const early = [...viewsByAsk(evidence)].flatMap(([askId, views]) => {
    const opening = openings.get(askId);
    return views.flatMap(({ ask, t_ret, by }) => [
      ...(ranOut(ask) && opening !== undefined && t_ret < opening.t_call + opening.timeoutMs - SLACK_MS
        ? [`${by} saw ${askId} run out before its time`]
        : []),
      ...(ask.answer?.timed_out === true && !isDefault(ask) ? [`${by} saw ${askId} answered by running out`] : []),
    ]);
  });
  return [...early, ...faultsOfLateWins(evidence.operations, openings)];
}

function faultsOfLateWins(operations: readonly Operation[], openings: ReadonlyMap<string, Opening>): string[] {
  const called = new Set<string>();
  return operations.flatMap(({ op, args, result, t_call, client }) => {
    if (op !== 'ask.answer') return [];
    const answer = `${args['ask_id']} ${args['answer_id']}`;
    const isRepeat = called.has(answer);
    called.add(answer);
    const opening = openings.get(String(args['ask_id']));
    if (isRepeat || opening === undefined || 'lost' in result || !result.ok) return [];
    const isLate = t_call > opening.t_ret + opening.timeoutMs + SLACK_MS;
    return isLate && result.payload['verdict'] === 'won' ? [`${client} won ${args['ask_id']} after its time`] : [];
  });
}

interface Opening {
  t_call: number;
  t_ret: number;
  timeoutMs: number;
}

/** By ask: the calls between which it was opened. */
function openingsOf(operations: readonly Operation[]): Map<string, Opening> {
  const openings = new Map<string, Opening>();
  const firstCalls = new Map<string, number>();
  for (const { op, args, result, t_call, t_ret } of operations) {
    if (op !== 'ask.open' || args['timeout_ms'] === undefined) continue;
    const key = `${args['session_id']} ${argument(args, 'key') ?? t_call}`;
    const first = firstCalls.get(key) ?? t_call;
    firstCalls.set(key, first);
    if ('lost' in result || !result.ok) continue;
    const { ask_id } = result.payload['ask'] as Ask;
    if (!openings.has(ask_id)) openings.set(ask_id, { t_call: first, t_ret, timeoutMs: Number(args['timeout_ms']) });
  }
  return openings;
}

function ranOut({ state, answer }: Ask): boolean {
  return state === 'expired' || answer?.timed_out === true;
}

function isDefault({ on_timeout, default_value, answer }: Ask): boolean {
  return on_timeout === 'use_default' && JSON.stringify(default_value) === JSON.stringify(answer?.value);
}
