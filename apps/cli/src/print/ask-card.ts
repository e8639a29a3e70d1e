import type { Ask, AskOption, FormItem } from '@proj/protocol';
import { elapsedSince, remainingUntil } from '../elapsed.ts';
import { agentBlock } from '../safe-text.ts';
import { valueText } from './values.ts';

export interface CardOptions {
  nowMs: number;
  /** Cells of a line; left out, lines are not wrapped. */
  width?: number | undefined;
}

/** A whole ask: what the daemon knows on the first lines, then all of what the asker says, behind the gutter. */
export function askCard(ask: Ask, { nowMs, width }: CardOptions): string[] {
  const says = [...claims(ask), ...optionLines(ask), ...ask.items.flatMap(itemLines)];
  return [
    ask.ask_id,
    `${ask.kind}, ${facts(ask, nowMs)}, in ${ask.session_id}`,
    ...says.flatMap((text) => agentBlock(text, { width })),
  ];
}

/** What became of an ask, or how long it waits and may wait. */
export function facts(ask: Ask, nowMs: number): string {
  if (ask.state !== 'pending') return outcome(ask);
  const waiting = `waiting ${elapsedSince(ask.opened_at, nowMs)}`;
  if (ask.expires_at === undefined) return waiting;
  const then = ask.on_timeout === 'use_default' ? 'takes its default' : 'expires';
  return `${waiting}, ${then} in ${remainingUntil(ask.expires_at, nowMs)}`;
}

/** How a settled ask ended, and by which door. */
export function outcome(ask: Ask): string {
  if (ask.state !== 'answered' || ask.answer === undefined) return ask.state;
  return ask.answer.timed_out ? 'answered by its default at the timeout' : `answered via ${ask.answer.channel_id}`;
}

function claims(ask: Ask): string[] {
  return [
    ask.message,
    `session: ${ask.session_name}`,
    ...labelled('risk', ask.risk),
    ...labelled('urgency', ask.urgency === 'blocking' ? undefined : ask.urgency),
    ...labelled('subject', ask.subject),
    ...(ask.description === undefined ? [] : [ask.description]),
    ...ask.context.map(({ name, value, url }) => `${name}: ${value}${url === undefined ? '' : ` (${url})`}`),
    ...(ask.secret === true ? ['the answer is kept secret'] : []),
  ];
}

function labelled(label: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${label}: ${value}`];
}

function optionLines({ kind, options, default_value: preset }: Ask): string[] {
  if (kind !== 'choice') return preset === undefined ? [] : [`(default) ${valueText(kind, preset)}`];
  const presets = Array.isArray(preset) ? preset : [preset];
  return options.map(
    (option, at) => `${at + 1} ${optionText(option)}${presets.includes(option.value) ? ' (default)' : ''}`,
  );
}

function optionText({ label, value, description }: AskOption): string {
  const named = label === String(value) ? label : `${label} = ${value}`;
  return description === undefined ? named : `${named}: ${description}`;
}

function itemLines({
  item_id: id,
  label,
  kind,
  message,
  options,
  required,
  default_value: preset,
}: FormItem): string[] {
  const head = `${id}: ${label} (${kind}${required === true ? ', required' : ''})${message === undefined ? '' : ` ${message}`}`;
  const choices = (options ?? []).map(
    (option) => `    ${optionText(option)}${option.value === preset ? ' (default)' : ''}`,
  );
  const rest = preset === undefined || choices.length > 0 ? [] : [`    (default) ${valueText(kind, preset)}`];
  return [head, ...choices, ...rest];
}
