import type { Ask, FormItem } from '@proj/protocol';
import { parseAnswer, type Question } from '../../answer-value.ts';
import { Failure } from '../../failure.ts';

/**
 * The value that `--respond WORD` means for an ask: the word read as `proj answer` would read it. `y` also accepts what
 * cannot be answered by yes: the default, else the first option, else the word itself; `n` rejects only where that is an answer.
 * Undefined where the word is no answer to this ask.
 */
export function respondValue(ask: Ask, word: string): unknown {
  const yes = ['y', 'yes'].includes(word.toLowerCase());
  if (yes && ask.kind !== 'approval' && ask.kind !== 'review') return accepted(ask) ?? readable(ask, word);
  return readable(ask, word);
}

function readable(question: Question, word: string): unknown {
  try {
    return parseAnswer(question, word);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function accepted({ kind, default_value: preset, options, multiple, items }: Ask): unknown {
  if (preset !== undefined) return preset;
  if (kind === 'form') return Object.fromEntries(items.map((item) => [item.item_id, acceptedItem(item)]));
  if (kind !== 'choice') return undefined;
  const [first] = options;
  return multiple === true && first !== undefined ? [first.value] : first?.value;
}

function acceptedItem({ kind, default_value: preset, options }: FormItem): unknown {
  if (preset !== undefined) return preset;
  if (kind === 'approval') return true;
  return kind === 'choice' ? options?.[0]?.value : 'y';
}
