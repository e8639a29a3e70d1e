import type { BuiltType } from '@proj/protocol';

/** What a text command asks for: a typed request, or something about the text commands themselves. */
export type TextCommand =
  | { kind: 'request'; type: BuiltType<'control'>; reply: 'ok' | 'json' | 'pong' }
  | { kind: 'help' }
  | { kind: 'new_session' }
  | { kind: 'unknown' };

const OPENING_BRACE = 0x7b;

const COMMANDS: ReadonlyMap<string, TextCommand> = new Map<string, TextCommand>([
  ['STATUS', { kind: 'request', type: 'daemon.status', reply: 'json' }],
  ['PAUSE', { kind: 'request', type: 'daemon.pause', reply: 'ok' }],
  ['RESUME', { kind: 'request', type: 'daemon.resume', reply: 'ok' }],
  ['RELOAD', { kind: 'request', type: 'daemon.reload', reply: 'ok' }],
  ['NEW_SESSION', { kind: 'new_session' }],
  ['PING', { kind: 'request', type: 'ping', reply: 'pong' }],
  ['HELP', { kind: 'help' }],
]);

// Longer than any command with room for blanks: what is longer is unknown without being read.
const LONGEST = 64;
const ASCII_NAME = /^[A-Za-z_]+$/;

export const commandNames: readonly string[] = [...COMMANDS.keys()];

/** Whether a line is a text command and no envelope: it does not begin with `{`, blanks aside. */
export function isTextCommand(line: Uint8Array): boolean {
  return line.find((byte) => byte !== 0x20 && byte !== 0x09) !== OPENING_BRACE;
}

/** The command of a line, in any case, blanks around it left out. */
export function parseTextCommand(line: Uint8Array): TextCommand {
  if (line.length > LONGEST) return { kind: 'unknown' };
  const name = String.fromCharCode(...line).replace(/^[ \t]+|[ \t]+$/g, '');
  // Upper case makes ASCII out of some letters that are not: a sharp s becomes SS.
  if (!ASCII_NAME.test(name)) return { kind: 'unknown' };
  return COMMANDS.get(name.toUpperCase()) ?? { kind: 'unknown' };
}
