import { ProtocolError, type Ask } from '@proj/protocol';
import { shortId } from '../../print/short-id.ts';
import { outcome } from '../../print/ask-card.ts';
import { promptFor } from '../../prompt/prompt.ts';
import { isOwnAsk } from '../../self-answer.ts';
import type { Answerer, AnswererOptions } from './answerer.ts';
import { Inbox } from './inbox.ts';
import type { HumanView } from './view.ts';

export interface PromptOptions extends AnswererOptions {
  view: HumanView;
  /** The person pressed Ctrl-C, or a prompt failed. */
  onLeave(error?: unknown): void;
}

/** A person at the terminal: one prompt at a time, which goes away when its ask settles elsewhere. */
export function askPerson(options: PromptOptions): Answerer {
  const inbox = new Inbox();
  const prompts = new AbortController();
  const loop = promptEach(inbox, options, prompts.signal).catch((error: unknown) => options.onLeave(error));
  return {
    opened: async (ask) => {
      if (!isOwnAsk(options.io.env, ask)) inbox.add(ask);
    },
    settled: (ask) => inbox.settle(ask),
    close: async () => {
      inbox.close();
      prompts.abort();
      await loop;
    },
  };
}

async function promptEach(inbox: Inbox, options: PromptOptions, closed: AbortSignal): Promise<void> {
  for (let ask = await inbox.take(); ask !== undefined; ask = await inbox.take()) {
    if ((await promptOnce(ask, { inbox, options, closed })) === 'leave') return options.onLeave();
  }
}

interface Scene {
  inbox: Inbox;
  options: PromptOptions;
  closed: AbortSignal;
}

async function promptOnce(ask: Ask, { inbox, options, closed }: Scene): Promise<'next' | 'leave'> {
  const { view, io } = options;
  const gone = new AbortController();
  let settled: Ask | undefined;
  const withdraw = (by: Ask): void => {
    settled = by;
    gone.abort();
  };
  io.out.line('');
  view.ask(ask);
  view.hold();
  try {
    const signal = AbortSignal.any([gone.signal, closed]);
    const reply = await inbox.inFront(ask, withdraw, () => promptFor(ask, { signal }));
    view.release();
    if (reply === 'leave') return 'leave';
    if (settled !== undefined) io.out.line(`${shortId(ask.ask_id)} ${outcome(settled)}`);
    else if (reply === 'later') io.out.line(`${shortId(ask.ask_id)} stays pending`);
    else await give(ask, reply, options);
    return 'next';
  } finally {
    view.release();
  }
}

async function give(
  ask: Ask,
  { value, reason }: { value: unknown; reason?: string },
  options: PromptOptions,
): Promise<void> {
  const { control, view, io } = options;
  try {
    view.verdict(await control.answer(ask.ask_id, value, reason === undefined ? {} : { reason }));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    io.err.line(`${shortId(ask.ask_id)} is left pending: ${error.message}`);
  }
}
