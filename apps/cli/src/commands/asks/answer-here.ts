import type { Ask } from '@proj/protocol';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withControl } from '../../place.ts';
import { askCard } from '../../print/ask-card.ts';
import { safeLine } from '../../safe-text.ts';

/**
 * `--here` is for a person who runs the command, not for a program that could type the answer itself.
 * @throws Failure (usage) inside a session, and where there is no terminal.
 */
export function refuseHere(io: Io): void {
  if ((io.env['PROJ_SESSION_ID'] ?? '') !== '') throw new Failure('--here does not work inside a session');
  if (!process.stdin.isTTY || !io.err.isTerminal) throw new Failure('--here needs a terminal');
}

export interface Here {
  place: PlaceOptions;
  io: Io;
  /** The person pressed Ctrl-C. */
  interrupt: () => void;
}

/** Waits for an ask to settle by whatever door, with a prompt beside it that goes away then. */
export async function besidePrompt(ask: Ask, here: Here, wait: () => Promise<Ask>): Promise<Ask> {
  const over = new AbortController();
  const prompting = prompt(ask, here, over.signal).catch((error: unknown) => {
    here.io.err.line(`no answer from here: ${safeLine(error instanceof Error ? error.message : '')}`);
  });
  try {
    return await wait();
  } finally {
    over.abort();
    await prompting;
  }
}

// On standard error, since the answer alone goes to standard output. The answer goes over control.sock like any other,
// and says of itself that the asker gave it.
async function prompt(ask: Ask, { place, io, interrupt }: Here, signal: AbortSignal): Promise<void> {
  const { promptFor } = await import('../../prompt/prompt.ts');
  for (const line of askCard(ask, { nowMs: Date.now(), width: io.err.columns })) io.err.line(line);
  const reply = await promptFor(ask, { signal, output: process.stderr });
  if (reply === 'leave') interrupt();
  if (reply === 'leave' || reply === 'later') return;
  const given = { responderId: 'self', ...(reply.reason !== undefined && { reason: reply.reason }) };
  await withControl(place, (control) => control.answer(ask.ask_id, reply.value, given));
}
