import type { Random } from '../harness/random.ts';

/** Changes one line, which knows others to borrow from. A character is a byte. */
type Mutation = (line: string, random: Random, others: readonly string[]) => string;

// What a reader of bytes may stumble over: NUL, CR, LF, NEL and U+2028 in UTF-8, a BOM, DEL, broken UTF-8.
const BYTES = [
  '\0',
  '\r',
  '\n',
  '\x85',
  '\xc2\x85',
  '\xe2\x80\xa8',
  '\xef\xbb\xbf',
  '\x7f',
  '\xff',
  '\xc0\x80',
  '\xed\xa0\x80',
];
const NUMBERS = [
  '1e400',
  '-1e400',
  '9007199254740993',
  '-1',
  '1e-400',
  '1e308',
  '-0',
  '0.5',
  '2147483648',
  '9'.repeat(400),
];
const ESCAPES = [
  '\\ud800',
  '\\udc00',
  '\\ud83d\\ude00',
  '\\u0000',
  '\\u12',
  '\\x41',
  '\\u007f',
  '\\u001b[2J',
  '\\u202e',
  '\\n',
];
const KEYS = ['__proto__', 'constructor', 'prototype', '__pr\\u006fto__', 'id', 'value', 'ask_id', 'type', ''];
const TYPES = [
  'ask.answer',
  'ask.open',
  'session.list',
  'daemon.pause',
  'session.abort',
  'terminal.attach',
  'x',
  'toString',
];
const VALUE = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g;
const KEY = /"[a-z_]+":/g;
const DEEP = [1, 3, 61, 62, 63, 64, 65, 66, 500, 10_000];
const LONG = [127, 128, 129, 8_192, 40_000];

const mutations: readonly Mutation[] = [
  (line, random) => spliced(line, spotIn(line, random), String.fromCharCode(random.between(0, 255))),
  (line, random) => spliced(line, spotIn(line, random, 0), random.pick(BYTES)),
  (line, random) => spliced(line, spotIn(line, random, random.between(1, 20)), ''),
  (line, random) => line.slice(0, random.between(1, line.length)),
  (line, random) => doubled(line, random),
  (line, random, others) => replaced(line, random, VALUE, tokenOf(random.pick(others), random)),
  (line, random) => replaced(line, random, VALUE, random.pick(NUMBERS)),
  (line, random) => replaced(line, random, VALUE, nested(random)),
  (line, random) => replaced(line, random, VALUE, `"${'x'.repeat(random.pick(LONG))}"`),
  (line, random) => replaced(line, random, VALUE, random.pick(['null', '{}', '[]', '""', 'true', '" "'])),
  (line, random) => replaced(line, random, KEY, `"${random.pick(KEYS)}":`),
  (line, random, others) => keyTwice(line, random, others),
  (line, random) => escaped(line, random),
  (line, random) => line.replace(/"type":"[^"]*"/, `"type":"${random.pick(TYPES)}"`),
  (line, random, others) => line.replace(/"payload":.*$/s, () => `"payload":${random.pick(others)}}`),
  (line) => `${line}\r`,
];

/** A line that is broken in one to three ways, mostly still close to a good one. It may have become several lines. */
export function mutate(line: string, random: Random, others: readonly string[]): string {
  let mutated = line;
  for (let times = random.pick([1, 1, 1, 2, 3]); times > 0 && mutated.length > 0; times -= 1) {
    mutated = random.pick(mutations)(mutated, random, others);
  }
  return mutated;
}

function spotIn(line: string, random: Random, length = 1): { at: number; length: number } {
  return { at: random.between(0, line.length), length };
}

function spliced(line: string, { at, length }: { at: number; length: number }, text: string): string {
  return line.slice(0, at) + text + line.slice(at + length);
}

function doubled(line: string, random: Random): string {
  const { at, length } = spotIn(line, random, random.between(1, 60));
  return line.slice(0, at + length) + line.slice(at);
}

/** Replaces the first match behind a random place. */
function replaced(line: string, random: Random, what: RegExp, text: string): string {
  what.lastIndex = random.between(0, line.length - 1);
  const found = what.exec(line);
  return found === null ? line : spliced(line, { at: found.index, length: found[0].length }, text);
}

function tokenOf(line: string, random: Random): string {
  VALUE.lastIndex = random.between(0, line.length);
  return VALUE.exec(line)?.[0] ?? 'null';
}

function nested(random: Random): string {
  const depth = random.pick(DEEP);
  if (random.next() < 0.3) return '['.repeat(depth);
  const [open, close] = random.pick([['[', ']'] as const, ['{"a":', '}'] as const]);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

function keyTwice(line: string, random: Random, others: readonly string[]): string {
  KEY.lastIndex = random.between(0, line.length - 1);
  const found = KEY.exec(line);
  if (found === null) return line;
  return spliced(line, { at: found.index, length: 0 }, `${found[0]}${tokenOf(random.pick(others), random)},`);
}

function escaped(line: string, random: Random): string {
  const { at } = spotIn(line, random);
  const code = line.charCodeAt(at);
  if (Number.isNaN(code) || random.next() < 0.5) return spliced(line, { at, length: 0 }, random.pick(ESCAPES));
  return spliced(line, { at, length: 1 }, `\\u${code.toString(16).padStart(4, '0')}`);
}
