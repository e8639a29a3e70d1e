import type { Control } from '@proj/client';
import { type Ask, ProtocolError } from '@proj/protocol';
import type { Io } from '../../io.ts';
import { shortId } from '../../print/short-id.ts';
import { isOwnAsk } from '../../self-answer.ts';
import { respondValue } from './respond.ts';
import type { View } from './view.ts';

/** Who answers the asks that `proj control` sees. */
export interface Answerer {
  opened(ask: Ask): Promise<void>;
  settled(ask: Ask): void;
  close(): Promise<void>;
}

export interface AnswererOptions {
  control: Pick<Control, 'answer'>;
  io: Io;
  view: View;
}

/** Nobody: it only watches. */
export const nobody: Answerer = {
  opened: async () => {},
  settled: () => {},
  close: async () => {},
};

/**
 * Answers every ask by one word, for tests. An ask the word does not fit is left pending, and named on standard error.
 * `onAnswer` is called after each answer that the daemon took.
 */
export function respondTo(word: string, { control, io, view }: AnswererOptions, onAnswer: () => void): Answerer {
  const opened = async (ask: Ask): Promise<void> => {
    const value = isOwnAsk(io.env, ask) ? undefined : respondValue(ask, word);
    if (value === undefined) return io.err.line(`${shortId(ask.ask_id)} is left pending: --respond does not fit it`);
    const reason = value === 'reject' ? { reason: 'rejected by proj control --respond' } : {};
    try {
      view.verdict(await control.answer(ask.ask_id, value, reason));
      onAnswer();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      io.err.line(`${shortId(ask.ask_id)} is left pending: ${error.message}`);
    }
  };
  return { ...nobody, opened };
}
