import { encodeAscii } from '@proj/protocol';

/** A value as one line of JSON in printable ASCII: safe on a terminal, whatever a program put into it. */
export function jsonLine(value: object): string {
  return encodeAscii(value);
}
