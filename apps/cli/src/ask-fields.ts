import type { AskKind, AskOpenRequest, AskOption, ContextItem, FormItem } from '@proj/protocol';
import { parseAnswer } from './answer-value.ts';
import { parseDuration } from './duration.ts';
import { Failure } from './failure.ts';
import { isObject, parseJson } from './json-value.ts';

/** The options of `proj ask KIND`, as commander hands them over. */
export interface AskFieldOptions {
  key?: string;
  description?: string;
  option?: string[];
  multiple?: boolean;
  schema?: string;
  secret?: boolean;
  default?: string;
  timeout?: string;
  onTimeout?: 'expire' | 'use_default';
  urgency?: 'blocking' | 'advisory' | 'informational';
  risk?: 'read' | 'safe_write' | 'destructive';
  subject?: string;
  context?: string[];
  item?: string[];
}

export type AskFields = Omit<AskOpenRequest, 'session_id'>;

/**
 * The ask that a command line describes. The daemon checks the whole; this reads the words.
 * @throws Failure (usage) for a word that cannot be read, and for an option the kind has no use for.
 */
export function askFields(kind: AskKind, message: string, options: AskFieldOptions): AskFields {
  refuseStray(kind, options);
  const choices = (options.option ?? []).map(parseOption);
  const fields: AskFields = {
    kind,
    message,
    ...(options.key !== undefined && { key: options.key }),
    ...(options.description !== undefined && { description: options.description }),
    ...(options.option !== undefined && { options: choices }),
    ...(options.multiple === true && { multiple: true }),
    ...(options.schema !== undefined && { schema: parseSchema(options.schema) }),
    ...(options.secret === true && { secret: true }),
    ...(options.timeout !== undefined && { timeout_ms: parseDuration(options.timeout) }),
    ...(options.onTimeout !== undefined && { on_timeout: options.onTimeout }),
    ...(options.urgency !== undefined && { urgency: options.urgency }),
    ...(options.risk !== undefined && { risk: options.risk }),
    ...(options.subject !== undefined && { subject: options.subject }),
    ...(options.context !== undefined && { context: options.context.map(parseContext) }),
    ...(options.item !== undefined && { items: options.item.map(parseItem) }),
  };
  if (options.default === undefined) return fields;
  return { ...fields, default_value: parseAnswer(fields, options.default) };
}

// `LABEL=VALUE`; without a value the label is the value too.
function parseOption(text: string): AskOption {
  const at = text.indexOf('=');
  return at < 0 ? { label: text, value: text } : { label: text.slice(0, at), value: text.slice(at + 1) };
}

// `NAME=VALUE`.
function parseContext(text: string): ContextItem {
  const at = text.indexOf('=');
  if (at < 1) throw new Failure('--context takes NAME=VALUE', { hint: "for example --context 'commit=4f2a91c'" });
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** `ID=KIND:LABEL` or, for a choice, `ID=choice:LABEL:A|B|C`; `ID!=` makes it required; or the item as JSON. */
export function parseItem(text: string): FormItem {
  if (text.startsWith('{')) return itemOf(parseJson(text, '--item'));
  const match = /^([A-Za-z0-9_.:-]+)(!?)=(approval|choice|input):([^:]+)(?::(.+))?$/.exec(text);
  if (!match) {
    throw new Failure('--item takes ID=KIND:LABEL, with KIND approval, choice or input', {
      hint: "for example --item 'version!=input:Version' --item 'env=choice:Where:staging|production'",
    });
  }
  const [, id = '', required, kind, label = '', choices] = match;
  return {
    item_id: id,
    label,
    kind: kind === 'approval' || kind === 'choice' ? kind : 'input',
    ...(choices !== undefined && { options: choices.split('|').map(parseOption) }),
    ...(required === '!' && { required: true }),
  };
}

// The daemon checks the shape of what is written as JSON; a second check here could only disagree with it.
function itemOf(value: unknown): FormItem {
  if (isObject(value)) return value as unknown as FormItem;
  throw new Failure('--item: this is not a JSON object');
}

function parseSchema(text: string): NonNullable<AskOpenRequest['schema']> {
  const value = parseJson(text, '--schema');
  if (isObject(value)) return value as unknown as NonNullable<AskOpenRequest['schema']>;
  throw new Failure('--schema: this is not a JSON object');
}

function refuseStray(kind: AskKind, { option, multiple, schema, item }: AskFieldOptions): void {
  const rules: Array<[broken: boolean, message: string]> = [
    [kind !== 'choice' && (option !== undefined || multiple === true), '--option and --multiple belong to ask choice'],
    [kind !== 'input' && schema !== undefined, '--schema belongs to ask input'],
    [kind !== 'form' && item !== undefined, '--item belongs to ask form'],
    [kind === 'choice' && option === undefined, 'ask choice needs at least one --option LABEL=VALUE'],
    [kind === 'form' && item === undefined, 'ask form needs at least one --item'],
  ];
  for (const [broken, message] of rules) if (broken) throw new Failure(message);
}
