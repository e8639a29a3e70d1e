import type { Ask, AskAnswerReply, Verdict } from '@proj/protocol';
import { parseAnswer } from '../answer-value.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { parseJson } from '../json-value.ts';
import { type PlaceOptions, withControl } from '../place.ts';
import { verdictText } from '../print/verdict.ts';
import { show } from '../print/show.ts';
import { refuseOwnAsk } from '../self-answer.ts';
import { findAsk } from './asks/find.ts';

export interface AnswerOptions extends PlaceOptions {
  /** An id, or the beginning of one. */
  ask: string;
  /** Plain words; `-` reads them from standard input. */
  value: string;
  reason?: string;
  /** The name to answer under. */
  as?: string;
  /** The words are JSON, whatever the kind. */
  jsonValue?: boolean;
}

const exitCodeOf: Record<Verdict, number> = {
  won: exitCodes.done,
  lost: exitCodes.no,
  expired: exitCodes.expired,
  cancelled: exitCodes.cancelled,
};

/** `proj answer`: gives one answer, and says what became of it. */
export async function answer(options: AnswerOptions, io: Io): Promise<number> {
  const words = options.value === '-' ? await io.readStdin() : options.value;
  const reply = await withControl(options, async (control): Promise<AskAnswerReply> => {
    const ask = await findAsk(control, options.ask);
    refuseOwnAsk(io.env, ask);
    return control.answer(ask.ask_id, answerValue(ask, words, options), {
      ...(options.reason !== undefined && { reason: options.reason }),
      ...(options.as !== undefined && { responderName: options.as }),
    });
  });
  show(io, { json: options.json, value: reply, lines: () => [verdictText(reply)] });
  return exitCodeOf[reply.verdict];
}

function answerValue(ask: Ask, words: string, { jsonValue, reason }: AnswerOptions): unknown {
  const value = jsonValue === true ? parseJson(words, 'the value') : parseAnswer(ask, words);
  if (ask.kind === 'review' && value === 'reject' && reason === undefined) {
    throw new Failure('a review is rejected for a reason', { hint: 'add --reason' });
  }
  return value;
}
