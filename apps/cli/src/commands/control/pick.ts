import { isCancel, multiselect, password, select, text } from '@clack/prompts';
import { Failure } from '../../failure.ts';
import { safeLine } from '../../safe-text.ts';

/** What every prompt is given. The prompt goes away when the signal aborts. */
export interface Question {
  message: string;
  signal: AbortSignal;
}

// The library draws its guide with the character that marks what a program says.
const common = { withGuide: false };

/** The number of the picked label; undefined for none: "later", which stands first, Escape, Ctrl-C or the signal. */
export async function pickOne(labels: string[], { message, signal }: Question): Promise<number | undefined> {
  const options = [{ value: -1, label: 'later' }, ...rows(labels)];
  const picked = await select({ message, options, signal, ...common });
  return isCancel(picked) || picked < 0 ? undefined : picked;
}

/** The numbers of the picked labels, perhaps none of them; undefined for no answer. */
export async function pickMany(labels: string[], { message, signal }: Question): Promise<number[] | undefined> {
  const picked = await multiselect({ message, options: rows(labels), required: false, signal, ...common });
  return isCancel(picked) ? undefined : picked;
}

export interface TextQuestion<T> extends Question {
  hidden?: boolean;
  /** Reads the words; a Failure it throws is shown, and the person may mend them. */
  read: (words: string) => T;
}

/** What was typed, as `read` reads it; undefined for no answer. */
export async function typeIn<T>({ message, signal, hidden, read }: TextQuestion<T>): Promise<T | undefined> {
  const validate = (words: string | undefined): string | undefined => faultOf(() => read(words ?? ''));
  const typed = await (hidden === true ? password : text)({ message, validate, signal, ...common });
  return isCancel(typed) ? undefined : read(typed);
}

function rows(labels: string[]): Array<{ value: number; label: string }> {
  return labels.map((label, value) => ({ value, label: safeLine(label) }));
}

function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
    throw error;
  }
}
