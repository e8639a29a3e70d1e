import { mark } from './corpus.ts';

const gutter = '│ ';
// Written apart from the code it judges: what may move a cursor, hide, reorder or is not even assigned.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u2800\u3164\u115f\u1160\uffa0]/u;
// oxlint-disable-next-line no-control-regex
const COLOUR = /\x1b\[[0-9;]*m/g;
// What the library of the prompts draws with: the cursor up, left or to a column, hidden or shown, the rest cleared.
// oxlint-disable-next-line no-control-regex
const DRAWING = /\x1b\[(?:\?25[lh]|\d*[ABCDG]|[01]?J|[012]?K)/g;
const MARKS_IN_A_ROW = /\p{M}{6}/u;
const SHOWN = 120;

export interface View {
  name: string;
  bytes: Buffer;
  /** It draws prompts, where a label stands without the gutter. */
  isPrompt?: boolean;
}

/** What of a view's bytes a program could have had a hand in that it must not have. */
export function faultsOfView({ name, bytes, isPrompt = false }: View): string[] {
  const decoded = decode(bytes);
  if (decoded === undefined) return [`${name}: bytes that are not UTF-8`];
  const plain = decoded.replace(COLOUR, '').replace(isPrompt ? DRAWING : '', '');
  return plain.split(/\r?\n/).flatMap((line) => {
    const fault = faultOfLine(line, isPrompt);
    return fault === undefined ? [] : [`${name}: ${fault}: ${JSON.stringify(line.slice(0, SHOWN))}`];
  });
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function faultOfLine(line: string, isPrompt: boolean): string | undefined {
  if (HARMFUL.test(line)) return 'a character that draws';
  if (MARKS_IN_A_ROW.test(line)) return 'a pile of marks';
  const at = line.indexOf(mark);
  if (!isPrompt && at !== -1 && !line.slice(0, at).includes(gutter)) return 'what a program says, without the gutter';
  return undefined;
}
