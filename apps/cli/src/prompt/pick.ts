import type { Writable } from 'node:stream';
import { isCancel, multiselect, password, select, text } from '@clack/prompts';
import { Failure } from '../failure.ts';
import { safeLine } from '../safe-text.ts';

/** Where a prompt is drawn, and how long. */
export interface Scene {
  /** The prompt goes away when it aborts. */
  signal: AbortSignal;
  /** The terminal; standard output by default. */
  output?: Writable;
}

export interface Question extends Scene {
  message: string;
}

// The library draws its guide with the character that marks what a program says.
const common = { withGuide: false };

/** The number of the picked label; undefined for none: "later", which stands first, Escape, Ctrl-C or the signal. */
export async function pickOne(labels: string[], question: Question): Promise<number | undefined> {
  const options = [{ value: -1, label: 'later' }, ...rows(labels)];
  const picked = await select({ options, ...question, ...common });
  return isCancel(picked) || picked < 0 ? undefined : picked;
}

/** The numbers of the picked labels, perhaps none of them; undefined for no answer. */
export async function pickMany(labels: string[], question: Question): Promise<number[] | undefined> {
  const picked = await multiselect({ options: rows(labels), required: false, ...question, ...common });
  return isCancel(picked) ? undefined : picked;
}

export interface TextQuestion<T> extends Question {
  hidden?: boolean;
  /** What stands there to begin with. */
  preset?: unknown;
  /** Reads the words; a Failure it throws is shown, and the person may mend them. */
  read: (words: string) => T;
}

/** What was typed, as `read` reads it; undefined for no answer. */
export async function typeIn<T>({ hidden, read, preset, ...question }: TextQuestion<T>): Promise<T | undefined> {
  const validate = (words: string | undefined): string | undefined => faultOf(() => read(words ?? ''));
  const initial =
    typeof preset === 'string' || typeof preset === 'number' ? { initialValue: safeLine(`${preset}`) } : {};
  const typed =
    hidden === true
      ? await password({ validate, ...question, ...common })
      : await text({ validate, ...initial, ...question, ...common });
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
