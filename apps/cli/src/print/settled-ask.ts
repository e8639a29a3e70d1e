import type { Ask } from '@proj/protocol';
import { gutter, safeLine, safeLines } from '../safe-text.ts';
import { outcome } from './ask-card.ts';
import { shortId } from './short-id.ts';
import { valueText } from './values.ts';

/**
 * The answer alone, and how the ask ended. A pipe gets the answer as it was given; a terminal gets it made safe.
 * Without an answer there is no line.
 */
export function settledLines(ask: Ask, isTerminal: boolean): { answer: string[]; how: string } {
  const { answer, state_reason: reason } = ask;
  const head = `${shortId(ask.ask_id)} ${outcome(ask)}`;
  if (answer === undefined) return { answer: [], how: told(head, [reason]) };
  const value = valueText(ask.kind, answer.value);
  const name = answer.responder_name === undefined ? undefined : `by ${answer.responder_name}`;
  return { answer: isTerminal ? safeLines(value) : [value], how: told(head, [name, answer.reason]) };
}

function told(head: string, said: Array<string | undefined>): string {
  const text = said.filter((part) => part !== undefined).join(': ');
  return text === '' ? head : `${head} ${gutter}${safeLine(text)}`;
}
