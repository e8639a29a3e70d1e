import type { Ask, AskOption, FormItem } from '@proj/protocol';
import { parseAnswer } from '../answer-value.ts';
import { Failure } from '../failure.ts';
import { safeLine } from '../safe-text.ts';
import { watchCtrlC } from './ctrl-c.ts';
import { pickMany, pickOne, type Question, type Scene, typeIn } from './pick.ts';

export interface Reply {
  value: unknown;
  reason?: string;
}

/** `later` leaves the ask pending and goes on; `leave` ends the command. */
export type Prompted = Reply | 'later' | 'leave';

/** Prompts for an ask's answer by its kind. Escape means later, Ctrl-C leave. */
export async function promptFor(ask: Ask, scene: Scene): Promise<Prompted> {
  const ctrlC = watchCtrlC();
  try {
    const reply = await replyTo(ask, scene);
    return reply ?? (ctrlC.pressed ? 'leave' : 'later');
  } finally {
    ctrlC.stop();
  }
}

async function replyTo(ask: Ask, scene: Scene): Promise<Reply | undefined> {
  switch (ask.kind) {
    case 'approval':
      return withValue(await approve(ask, scene));
    case 'review':
      return review(scene);
    case 'choice':
      return withValue(await choose(ask, { message: 'Your choice', ...scene }));
    case 'input':
      return withValue(await input(ask, { message: 'Your answer', ...scene }));
    case 'form':
      return withValue(await fill(ask.items, scene));
  }
}

function withValue(value: unknown): Reply | undefined {
  return value === undefined ? undefined : { value };
}

// What destroys takes more than one key.
async function approve({ risk, default_value: preset }: Ask, scene: Scene): Promise<boolean | undefined> {
  if (risk !== 'destructive') return pickBoolean(preset, { message: 'Your answer', ...scene });
  return typeIn({ message: 'Type yes or no', ...scene, read: isYes });
}

function isYes(words: string): boolean {
  return parseAnswer({ kind: 'approval' }, words) === true;
}

async function pickBoolean(preset: unknown, question: Question): Promise<boolean | undefined> {
  const picked = await pickOne([marked('yes', preset === true), marked('no', preset === false)], question);
  return picked === undefined ? undefined : picked === 0;
}

async function review(scene: Scene): Promise<Reply | undefined> {
  const picked = await pickOne(['approve', 'reject'], { message: 'Your review', ...scene });
  if (picked !== 1) return picked === undefined ? undefined : { value: 'approve' };
  const reason = await typeIn({ message: 'Why?', ...scene, read: notBlank });
  return reason === undefined ? undefined : { value: 'reject', reason };
}

type Choice = Pick<Ask, 'options'> & Partial<Pick<Ask, 'multiple' | 'default_value'>>;

async function choose({ options, multiple, default_value: preset }: Choice, question: Question): Promise<unknown> {
  const labels = options.map((option) => optionLabel(option, preset));
  if (multiple !== true) {
    const picked = await pickOne(labels, question);
    return picked === undefined ? undefined : options[picked]?.value;
  }
  const picked = await pickMany(labels, question);
  return picked?.map((at) => options[at]?.value);
}

function optionLabel({ label, value }: AskOption, preset: unknown): string {
  return marked(label, Array.isArray(preset) ? preset.includes(value) : preset === value);
}

type Input = Pick<Ask, 'kind' | 'schema' | 'secret' | 'default_value'>;

async function input({ schema, secret, kind, default_value: preset }: Input, question: Question): Promise<unknown> {
  const read = (words: string): unknown => parseAnswer({ kind, ...(schema !== undefined && { schema }) }, words);
  return typeIn({ ...question, hidden: secret === true, preset, read });
}

// An item that is not required may be left empty: it is then no part of the answer.
async function fill(items: FormItem[], scene: Scene): Promise<Record<string, unknown> | undefined> {
  const values = new Map<string, unknown>();
  for (const item of items) {
    const value = await fillItem(item, { message: safeLine(item.message ?? item.label), ...scene });
    if (value === undefined) return undefined;
    if (value !== '' || item.required === true) values.set(item.item_id, value);
  }
  return Object.fromEntries(values);
}

function fillItem(
  { kind, options = [], required, default_value: preset }: FormItem,
  question: Question,
): Promise<unknown> {
  switch (kind) {
    case 'approval':
      return pickBoolean(preset, question);
    case 'choice':
      return choose({ options, default_value: preset }, question);
    case 'input':
      return typeIn({ ...question, preset, read: required === true ? notBlank : (words) => words });
  }
}

function notBlank(words: string): string {
  if (words.trim() === '') throw new Failure('this needs an answer');
  return words;
}

function marked(label: string, isDefault: boolean): string {
  return isDefault ? `${label} (default)` : label;
}
