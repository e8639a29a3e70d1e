import { textWidth } from './text-width.ts';

/** Stands before every line that a program wrote, and before no other. */
export const gutter = '│ ';

// Thai, Vietnamese and Hebrew need up to three on one letter.
const MARKS_ON_ONE = 4;
// Letters, marks, numbers, punctuation, symbols and spaces that take room. All else is shown as an escape.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]$/u;
// Drawn as nothing, or as a blank: they hide text or join what looks apart.
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\u2800]$/u;
const EMOJI_SELECTOR = '\uFE0F';

/**
 * What a program wrote, as one line that is safe on a terminal: control characters, DEL, C1, bidirectional controls,
 * zero-width and unassigned characters and line ends become visible escapes such as `\x1b`, `\n`, `\u202e`; more than
 * four marks on one letter become a count. Nothing is cut.
 */
export function safeLine(text: string): string {
  let line = '';
  let marks = 0;
  let over = 0;
  for (const char of text) {
    if (isMark(char) && line !== '') {
      marks += 1;
      if (marks > MARKS_ON_ONE) over += 1;
      else line += char;
      continue;
    }
    line += overflow(over) + visible(char);
    marks = 0;
    over = 0;
  }
  return line + overflow(over);
}

/** The same over several lines: LF and CRLF end a line, a tab becomes four spaces. */
export function safeLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => safeLine(line.replaceAll('\t', '    ')));
}

export interface BlockOptions {
  /** Cells of a terminal line. Longer lines are wrapped so that each begins with the gutter; left out, none is. */
  width?: number | undefined;
  /** What stands before the gutter. */
  indent?: string;
}

/** What a program wrote, each line behind the gutter mark. */
export function agentBlock(text: string, options: BlockOptions = {}): string[] {
  const head = (options.indent ?? '') + gutter;
  const room = options.width === undefined ? undefined : Math.max(8, options.width - head.length - 1);
  const lines = safeLines(text).flatMap((line) => (room === undefined ? [line] : wrap(line, room)));
  return lines.map((line) => head + line);
}

/** A safe line in at most so many cells; what was left out is marked by "…". */
export function shorten(line: string, cells: number): string {
  const [first = '', ...rest] = wrap(line, cells);
  return rest.length === 0 ? first : `${wrap(line, cells - 1)[0] ?? ''}…`;
}

// A mark stays with its letter: at the start of a line it would sit on the gutter.
function wrap(line: string, cells: number): string[] {
  const lines: string[] = [];
  let current = '';
  let width = 0;
  for (const [cluster] of line.matchAll(/\P{M}\p{M}*/gu)) {
    const more = textWidth(cluster);
    if (width + more > cells) {
      lines.push(current);
      current = '';
      width = 0;
    }
    current += cluster;
    width += more;
  }
  return [...lines, current];
}

function isMark(char: string): boolean {
  return /^\p{M}$/u.test(char) && (char === EMOJI_SELECTOR || !UNSEEN.test(char));
}

function visible(char: string): string {
  if (PRINTABLE.test(char) && !UNSEEN.test(char) && !isMark(char)) return char;
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function overflow(marks: number): string {
  return marks === 0 ? '' : `[+${marks} marks]`;
}
