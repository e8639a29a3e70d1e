import type { Ask, AskOption, OptionValue } from '@proj/protocol';
import { Failure } from './failure.ts';
import { parseJson } from './json-value.ts';
import { safeLine } from './safe-text.ts';

/** What of an ask decides which words answer it. */
export type Question = Pick<Ask, 'kind'> & Partial<Pick<Ask, 'options' | 'multiple' | 'schema' | 'items'>>;

const YES = ['y', 'yes', 'approve', 'approved', 'true', 'ok'];
const NO = ['n', 'no', 'reject', 'rejected', 'deny', 'denied', 'false'];

/**
 * The value that plain words mean for an ask: y and n for an approval or a review; a value, label or number for a
 * choice, several with commas between them; the words themselves for an input; a JSON object for a form.
 * @throws Failure (usage) that says which words fit.
 */
export function parseAnswer(question: Question, words: string): unknown {
  switch (question.kind) {
    case 'approval':
      return yesOrNo(words, 'an approval');
    case 'review':
      return yesOrNo(words, 'a review') ? 'approve' : 'reject';
    case 'choice':
      return chosen(question, words);
    case 'input':
      return typed(question.schema?.type ?? 'string', words);
    case 'form':
      return filled(words);
  }
}

function yesOrNo(words: string, kind: string): boolean {
  const word = words.trim().toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw new Failure(`${kind} is answered by yes or no`, { hint: 'y, yes, approve, true; n, no, reject, false' });
}

function chosen({ options = [], multiple = false }: Question, words: string): OptionValue | OptionValue[] {
  if (!multiple) return optionOf(options, words).value;
  if (words.trim() === '') return [];
  const whole = findOption(options, words);
  if (whole) return [whole.value];
  return [...new Set(words.split(',').map((word) => optionOf(options, word).value))];
}

function optionOf(options: AskOption[], word: string): AskOption {
  const option = findOption(options, word);
  if (option) return option;
  const known = options.map(({ label }, at) => `${at + 1} ${safeLine(label)}`).join(', ');
  throw new Failure('no option has this value, label or number', { hint: `the options are: ${known}` });
}

// The value first: it is what programs say. A label that two options share names neither.
function findOption(options: AskOption[], word: string): AskOption | undefined {
  const exact = options.find(({ value }) => String(value) === word || String(value) === word.trim());
  if (exact) return exact;
  const name = word.trim().toLowerCase();
  const labelled = options.filter(({ label }) => label.trim().toLowerCase() === name);
  if (labelled.length === 1) return labelled[0];
  return /^[1-9]\d*$/.test(name) ? options[Number(name) - 1] : undefined;
}

function typed(type: NonNullable<Ask['schema']>['type'], words: string): unknown {
  switch (type) {
    case 'string':
      return words;
    case 'boolean':
      return yesOrNo(words, 'this input');
    case 'integer':
    case 'number':
      return numeric(words, type);
    case 'array':
    case 'object':
      return parseJson(words, `the value, a JSON ${type}`);
  }
}

function numeric(words: string, type: 'integer' | 'number'): number {
  const value = words.trim() === '' ? Number.NaN : Number(words);
  const fits = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits) throw new Failure(`this input is answered by ${type === 'integer' ? 'an integer' : 'a number'}`);
  return value;
}

function filled(words: string): unknown {
  if (words.trim().startsWith('{')) return parseJson(words, 'the form, a JSON object');
  throw new Failure('a form is answered by a JSON object with a value an item', {
    hint: `for example '{"version":"1.4.2","notify":true}'`,
  });
}
