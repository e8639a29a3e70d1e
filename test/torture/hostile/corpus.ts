import type { Random } from '../harness/random.ts';

/** Stands in every hostile string, so that it is found again wherever it is shown. */
export const mark = '§';

// What moves a cursor, clears, renames the window, writes the clipboard, asks the terminal to answer, hides, reorders,
// imitates a prompt or the daemon's own lines.
const weapons: readonly string[] = [
  '\x1b[2J\x1b[H',
  '\x1b[3A\x1b[2K',
  '\x1b[8m',
  '\x1b[?1049h',
  '\x1b[6n',
  '\x1b[c',
  '\x1b[21t',
  '\x1b[3;4r',
  '\x1b]0;title\x07',
  '\x1b]52;c;cm0gLXJm\x07',
  '\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\',
  '\x1bP$qm\x1b\\',
  '\x1b_apc\x1b\\',
  '\x1b^pm\x1b\\',
  '\x1bc',
  '\x1b(0',
  '\x9b2J',
  '\x9d0;t\x9c',
  '\x90q\x9c',
  '\r',
  '\b\b\b',
  '\x7f',
  '\x00',
  '\x07',
  '\x0b\x0c',
  '\x0e',
  '\x85',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u3164',
  '\u2800',
  '\u{e0041}',
  '\ue000',
  '\u{10ffff}',
  '\u0301'.repeat(30),
  '\u0338\u20dd',
  `\n${mark}ask_0123 (approval)`,
  `\r\n${mark}won: ask_0123 is answered`,
  `\n│ ${mark}`,
  '│ ',
  '\t',
  '\\x1b[2J',
  '世界',
  'مرحبا',
  '👩‍👩‍👧',
  'deploy',
  ' ',
];
const MOST_PARTS = 6;
const HIGHEST = 0x10ffff;

/** A string that a program could send to do harm to a terminal or to the person before it. Any JSON string can be. */
export function hostileText(random: Random): string {
  const parts = Array.from({ length: random.between(1, MOST_PARTS) }, () =>
    random.next() < 0.8 ? random.pick(weapons) : anyCharacter(random),
  );
  return mark + parts.join(random.pick(['', ' ', 'a']));
}

function anyCharacter(random: Random): string {
  const char = String.fromCodePoint(random.between(0, random.next() < 0.5 ? 0xff : HIGHEST));
  return char.isWellFormed() ? char : '?';
}
