import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandNames, isTextCommand, parseTextCommand, type TextCommand } from '../../src/text-commands/grammar.ts';

const COMMANDS: Record<string, TextCommand> = {
  STATUS: { kind: 'request', type: 'daemon.status', reply: 'json' },
  PAUSE: { kind: 'request', type: 'daemon.pause', reply: 'ok' },
  RESUME: { kind: 'request', type: 'daemon.resume', reply: 'ok' },
  RELOAD: { kind: 'request', type: 'daemon.reload', reply: 'ok' },
  NEW_SESSION: { kind: 'new_session' },
  PING: { kind: 'request', type: 'ping', reply: 'pong' },
  HELP: { kind: 'help' },
};
const UNKNOWN = { kind: 'unknown' };

test('these are the commands', () => {
  expect(commandNames).toEqual(Object.keys(COMMANDS));
});

test('a command is known in any case, with blanks around it', () => {
  const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 20 });
  const cased = fc
    .constantFrom(...commandNames)
    .chain((name) =>
      fc.tuple(...[...name].map((char) => fc.constantFrom(char, char.toLowerCase()))).map((chars) => chars.join('')),
    );
  fc.assert(
    fc.property(blanks, cased, blanks, (before, name, after) => {
      expect(parseTextCommand(Buffer.from(before + name + after))).toEqual(COMMANDS[name.toUpperCase()]);
    }),
    { seed: 7 },
  );
});

test.each([
  '',
  ' ',
  'STOP',
  'STATUS NOW',
  'STA TUS',
  'STATUS\u0000',
  'GET / HTTP/1.1',
  '__proto__',
  'constructor',
  'size',
])('%j is unknown', (text) => {
  expect(parseTextCommand(Buffer.from(text))).toEqual(UNKNOWN);
});

test('a byte that only becomes a letter by upper case is no letter', () => {
  expect(parseTextCommand(Buffer.from('NEW_SE\u00dfION', 'latin1'))).toEqual(UNKNOWN);
});

test('any bytes are a command only when they spell one in ASCII', () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  const nearly = fc
    .tuple(fc.constantFrom(...commandNames), fc.nat(20), fc.nat(255))
    .map(([name, at, byte]) => Uint8Array.from(Buffer.from(name), (old, i) => (i === at ? byte : old)));
  fc.assert(
    fc.property(fc.oneof(bytes, nearly), (line) => {
      const spelt = Buffer.from(line)
        .toString('latin1')
        .replaceAll(/^[ \t]+|[ \t]+$/g, '');
      const name = commandNames.find((each) => new RegExp(`^${each}$`, 'i').test(spelt));
      expect(parseTextCommand(line)).toEqual(name === undefined ? UNKNOWN : COMMANDS[name]);
    }),
    { seed: 7, numRuns: 3_000 },
  );
});

test('what is longer than any command is unknown without being read', () => {
  expect(parseTextCommand(Buffer.from(`PING${' '.repeat(60)}`))).toEqual(COMMANDS['PING']);
  expect(parseTextCommand(Buffer.from(`PING${' '.repeat(61)}`))).toEqual(UNKNOWN);
  expect(parseTextCommand(new Uint8Array(1_048_576).fill(0x41))).toEqual(UNKNOWN);
});

test.each([
  ['STATUS', true],
  ['  status', true],
  ['[1]', true],
  ['"{"', true],
  ['', true],
  ['{"v":1}', false],
  [' \t{"v":1}', false],
  ['{', false],
])('%j is a text command: %s', (line, expected) => {
  expect(isTextCommand(Buffer.from(line))).toBe(expected);
});
