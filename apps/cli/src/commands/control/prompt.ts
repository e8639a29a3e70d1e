import type { Ask, AskOption, FormItem } from '@proj/protocol';
import { parseAnswer } from '../../answer-value.ts';
import { Failure } from '../../failure.ts';
import { safeLine } from '../../safe-text.ts';
import { watchCtrlC } from './ctrl-c.ts';
import { pickMany, pickOne, typeIn } from './pick.ts';

export interface Reply {
  value: unknown;
  reason?: string;
}

/** `later` leaves the ask pending and goes on; `leave` ends the command. */
export type Prompted = Reply | 'later' | 'leave';

/** Prompts for an ask's answer by its kind. Escape means later, Ctrl-C leave. The prompt goes away when the signal aborts. */
export async function promptFor(ask: Ask, signal: AbortSignal): Promise<Prompted> {
  const ctrlC = watchCtrlC();
  try {
    const reply = await replyTo(ask, signal);
    return reply ?? (ctrlC.pressed ? 'leave' : 'later');
  } finally {
    ctrlC.stop();
  }
}

async function replyTo(ask: Ask, signal: AbortSignal): Promise<Reply | undefined> {
  switch (ask.kind) {
    case 'approval':
      return withValue(await approve(ask, signal));
    case 'review':
      return review(signal);
    case 'choice':
      return withValue(await choose(ask, { message: 'Your choice', signal }));
    case 'input':
      return withValue(await input(ask, { message: 'Your answer', signal }));
    case 'form':
      return withValue(await fill(ask.items, signal));
  }
}

function withValue(value: unknown): Reply | undefined {
  return value === undefined ? undefined : { value };
}

interface Asking {
  message: string;
  signal: AbortSignal;
}

// What destroys takes more than one key.
async function approve({ risk, default_value: preset }: Ask, signal: AbortSignal): Promise<boolean | undefined> {
  if (risk === 'destructive') {
    return typeIn({
      message: 'Type yes or no',
      signal,
      read: (words) => parseAnswer({ kind: 'approval' }, words) === true,
    });
  }
  return pickBoolean('Your answer', { preset, signal });
}

async function pickBoolean(
  message: string,
  { preset, signal }: { preset: unknown; signal: AbortSignal },
): Promise<boolean | undefined> {
  const labels = [marked('yes', preset === true), marked('no', preset === false)];
  const picked = await pickOne(labels, { message, signal });
  return picked === undefined ? undefined : picked === 0;
}

async function review(signal: AbortSignal): Promise<Reply | undefined> {
  const picked = await pickOne(['approve', 'reject'], { message: 'Your review', signal });
  if (picked !== 1) return picked === undefined ? undefined : { value: 'approve' };
  const reason = await typeIn({ message: 'Why?', signal, read: notBlank });
  return reason === undefined ? undefined : { value: 'reject', reason };
}

type Choice = Pick<Ask, 'options'> & Partial<Pick<Ask, 'multiple' | 'default_value'>>;

async function choose({ options, multiple, default_value: preset }: Choice, asking: Asking): Promise<unknown> {
  const labels = options.map((option) => optionLabel(option, preset));
  if (multiple !== true) {
    const picked = await pickOne(labels, asking);
    return picked === undefined ? undefined : options[picked]?.value;
  }
  const picked = await pickMany(labels, asking);
  return picked?.map((at) => options[at]?.value);
}

function optionLabel({ label, value }: AskOption, preset: unknown): string {
  return marked(label, Array.isArray(preset) ? preset.includes(value) : preset === value);
}

async function input(
  { schema, secret, kind }: Pick<Ask, 'kind' | 'schema' | 'secret'>,
  asking: Asking,
): Promise<unknown> {
  const question = { kind, ...(schema !== undefined && { schema }) };
  return typeIn({ ...asking, hidden: secret === true, read: (words) => parseAnswer(question, words) });
}

// An item that is not required may be left empty: it is then no part of the answer.
async function fill(items: FormItem[], signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
  const values = new Map<string, unknown>();
  for (const item of items) {
    const value = await fillItem(item, { message: safeLine(item.message ?? item.label), signal });
    if (value === undefined) return undefined;
    if (value !== '' || item.required === true) values.set(item.item_id, value);
  }
  return Object.fromEntries(values);
}

function fillItem({ kind, options = [], required, default_value: preset }: FormItem, asking: Asking): Promise<unknown> {
  switch (kind) {
    case 'approval':
      return pickBoolean(asking.message, { preset, signal: asking.signal });
    case 'choice':
      return choose({ options, default_value: preset }, asking);
    case 'input':
      return typeIn({ ...asking, read: required === true ? notBlank : (words) => words });
  }
}

function notBlank(words: string): string {
  if (words.trim() === '') throw new Failure('this needs an answer');
  return words;
}

function marked(label: string, isDefault: boolean): string {
  return isDefault ? `${label} (default)` : label;
}
