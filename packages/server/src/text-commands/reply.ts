import { encodeAscii } from '@proj/protocol';
import type { Outcome } from '../dispatch/dispatch.ts';
import { toProtocolError } from '../errors.ts';
import { commandNames } from './grammar.ts';

/** The one line that answers a text command. */
export function printOutcome(reply: 'ok' | 'json' | 'pong', outcome: Outcome): string {
  if ('error' in outcome) return `ERR: ${asciiText(toProtocolError(outcome.error).message)}`;
  if (reply === 'json') return encodeAscii(outcome.payload);
  return reply === 'pong' ? 'PONG' : 'OK';
}

export function printHelp(): string {
  return `OK ${commandNames.join(' ')}`;
}

// The message may name a path, with whatever a path holds.
function asciiText(text: string): string {
  return encodeAscii(text).slice(1, -1);
}
