import { setTimeout as after } from 'node:timers/promises';
import type { SessionHandle } from '@proj/client';
import { type Ask, type AskKind, ProtocolError } from '@proj/protocol';
import { type AskFieldOptions, type AskFields, askFields } from '../../ask-fields.ts';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import { interruptible } from '../../interruption.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withRuntime } from '../../place.ts';
import { settledLines } from '../../print/settled-ask.ts';
import { show } from '../../print/show.ts';
import { besidePrompt, refuseHere } from './answer-here.ts';
import { type AskingSession, askingSession, type AskingSessionOptions } from './asking-session.ts';

// A daemon that is away may never come back, and whoever interrupts wants to leave.
const WITHDRAW_MS = 2_000;

export interface AskOptions extends PlaceOptions, AskFieldOptions, AskingSessionOptions {
  kind: AskKind;
  /** The question; `-` reads it from standard input. */
  message: string;
  /** `--no-wait` makes it false. */
  wait?: boolean;
  /** The answer may also be given at this terminal. */
  here?: boolean;
}

/** `proj ask KIND`: opens an ask, waits until it settles, prints the answer and nothing else on stdout. */
export async function ask(options: AskOptions, io: Io): Promise<number> {
  if (options.here === true) refuseHere(io);
  const { message, description } = await texts(options, io);
  const fields = askFields(options.kind, message, { ...options, ...(description !== undefined && { description }) });
  // From before the ask is open: an interruption must never leave one behind unnoticed.
  return interruptible((interrupted, interrupt) =>
    withRuntime(options, io, async (runtime) => {
      const asking = await askingSession(runtime, options, io.env);
      const opened = await openOrGiveUp(asking, fields);
      if (opened.state === 'pending' && options.wait === false) return leavePending(opened, options, io);
      const waiting = { options, io, interrupted, interrupt };
      const settled = opened.state === 'pending' ? await waitFor(asking.session, opened, waiting) : opened;
      if (settled.state === 'pending') return exitCodes.pending;
      printSettled(settled, options, io);
      if (asking.own) await unlessSettled(() => asking.session.complete());
      return settledExitCode(settled);
    }),
  );
}

// What a settled ask makes `proj ask` end with: 0 for an answer or a yes, 1 for a no, 3 expired, 4 cancelled.
function settledExitCode({ state, kind, answer }: Ask): number {
  switch (state) {
    case 'answered':
      return isNo(kind, answer?.value) ? exitCodes.no : exitCodes.done;
    case 'expired':
      return exitCodes.expired;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'pending':
      return exitCodes.pending;
  }
}

// What is not clearly a yes is a no: no failure may become an approval.
function isNo(kind: AskKind, value: unknown): boolean {
  if (kind === 'approval') return value !== true;
  return kind === 'review' && value !== 'approve';
}

async function texts(
  { message, description }: AskOptions,
  io: Io,
): Promise<{ message: string; description: string | undefined }> {
  if (message === '-' && description === '-')
    throw new Failure('standard input can be the message or the description, not both');
  if (message === '-') return { message: await io.readStdin(), description };
  return { message, description: description === '-' ? await io.readStdin() : description };
}

async function openOrGiveUp({ session, own }: AskingSession, fields: AskFields): Promise<Ask> {
  try {
    return (await session.openAsk(fields)).ask;
  } catch (error) {
    // A session found by its key holds the ask that is in the way; a new one would stay behind empty.
    if (own && session.created) await session.abort('its ask was refused');
    throw error;
  }
}

/** Undefined where an operator, or the answer itself, was faster. */
async function unlessSettled<T>(end: () => Promise<T>): Promise<T | undefined> {
  try {
    return await end();
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'conflict') return undefined;
    throw error;
  }
}

interface Waiting {
  options: AskOptions;
  io: Io;
  interrupted: AbortSignal;
  interrupt: () => void;
}

async function waitFor(session: SessionHandle, opened: Ask, waiting: Waiting): Promise<Ask> {
  const { options, io, interrupted, interrupt } = waiting;
  const { ask_id: id, kind } = opened;
  io.err.line(`asked ${id} (${kind}), waiting for an answer`);
  const wait = (): Promise<Ask> => session.waitForAsk(id, { signal: interrupted });
  try {
    return options.here === true ? await besidePrompt(opened, { place: options, io, interrupt }, wait) : await wait();
  } catch (error) {
    if (!interrupted.aborted) throw error;
    if (options.key === undefined) return withdraw(session, opened, io);
    io.err.line(`interrupted: ${id} stays pending; the same --key finds it again`);
    return opened;
  }
}

async function withdraw(session: SessionHandle, opened: Ask, io: Io): Promise<Ask> {
  const { ask_id: id } = opened;
  const decided = new AbortController();
  try {
    const ask = await Promise.race([cancel(session, id), after(WITHDRAW_MS, opened, { signal: decided.signal })]);
    const left = `the daemon does not answer, so ${id} stays pending`;
    io.err.line(`interrupted: ${ask.state === 'pending' ? left : `${id} is ${ask.state}`}`);
    return ask;
  } finally {
    decided.abort();
  }
}

async function cancel(session: SessionHandle, id: string): Promise<Ask> {
  const cancelled = await unlessSettled(() => session.cancelAsk(id, 'the asker was interrupted'));
  return cancelled ?? session.waitForAsk(id, { timeoutMs: 0 });
}

function leavePending(ask: Ask, { json, key }: AskOptions, io: Io): number {
  show(io, { json, value: ask, lines: () => [ask.ask_id] });
  io.err.line(key === undefined ? 'pending' : 'pending; the same --key finds it again');
  return exitCodes.pending;
}

function printSettled(ask: Ask, { json }: AskOptions, io: Io): void {
  const { answer, how } = settledLines(ask, io.out.isTerminal);
  io.err.line(how);
  show(io, { json, value: ask, lines: () => answer });
}
