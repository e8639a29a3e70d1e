const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LETTER_U = 0x75;
const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype'];
// A number of fewer digits than this is finite unless it has an exponent.
const FINITE_DIGITS = 308;

export interface JsonScan {
  /** How deep arrays and objects nest: `{}` is 1. */
  depth: number;
  /** Keys of all objects together, as written: more than the parsed value holds where a key stands twice. */
  keys: number;
  /** Keys of the outermost object, as written. */
  outerKeys: number;
  /** Where the value of the outermost object's `id` begins; -1 where there is none. */
  idAt: number;
  /** A key is `__proto__`, `constructor` or `prototype`. */
  forbiddenKey: boolean;
  /** An escape is half of a surrogate pair. */
  loneSurrogate: boolean;
  /** A number is too large for a double: JSON.parse makes Infinity of it, JSON.stringify null of that. */
  infinite: boolean;
}

/**
 * What JSON.parse doesn't tell, found in one pass over the bytes before it: how deep it is, how many keys were written,
 * and what must not be in it. Depth apart, the result only means something when JSON.parse accepts the same bytes.
 */
export function scanJson(bytes: Uint8Array): JsonScan {
  const scan: JsonScan = {
    depth: 0,
    keys: 0,
    outerKeys: 0,
    idAt: -1,
    forbiddenKey: false,
    loneSurrogate: false,
    infinite: false,
  };
  let depth = 0;
  let start = 0;
  let end = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) {
      start = i + 1;
      end = i = endOfString(bytes, start, scan);
    } else if (byte === COLON) {
      scan.keys++;
      if (depth === 1) outerKey(bytes.subarray(start, end), i + 1, scan);
      if (isForbidden(bytes, start, end)) scan.forbiddenKey = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > scan.depth) scan.depth = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    } else if (isDigit(byte)) {
      i = endOfNumber(bytes, i, scan);
    }
  }
  return scan;
}

function outerKey(key: Uint8Array, valueAt: number, scan: JsonScan): void {
  scan.outerKeys++;
  if (key.length === 2 && key[0] === 0x69 && key[1] === 0x64) scan.idAt = valueAt;
}

function endOfString(bytes: Uint8Array, start: number, scan: JsonScan): number {
  let i = start;
  for (; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i = endOfEscape(bytes, i, scan);
  }
  return i;
}

/** The index of the last byte of the escape at `at`; a surrogate pair is one escape. */
function endOfEscape(bytes: Uint8Array, at: number, scan: JsonScan): number {
  if (bytes[at + 1] !== LETTER_U) return at + 1;
  const unit = unitAt(bytes, at);
  if (unit < 0xd800 || unit > 0xdfff) return at + 5;
  const low = unitAt(bytes, at + 6);
  if (unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) return at + 11;
  scan.loneSurrogate = true;
  return at + 5;
}

/** The code unit of the `\uXXXX` at `at`; -1 where there is none. */
function unitAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return -1;
  const unit = Number.parseInt(textOf(bytes, at + 2, at + 6), 16);
  return Number.isNaN(unit) ? -1 : unit;
}

/** The index of the last byte of the number whose first digit is at `start`. */
function endOfNumber(bytes: Uint8Array, start: number, scan: JsonScan): number {
  let end = start + 1;
  let exponent = false;
  for (; end < bytes.length; end++) {
    const byte = bytes[end] ?? 0;
    if (byte === 0x65 || byte === 0x45) exponent = true;
    else if (!isDigit(byte) && !isSignOrPoint(byte)) break;
  }
  if ((exponent || end - start > FINITE_DIGITS) && isInfinite(bytes.subarray(start, end))) scan.infinite = true;
  return end - 1;
}

function isInfinite(number: Uint8Array): boolean {
  return Number(new TextDecoder().decode(number)) === Number.POSITIVE_INFINITY;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isSignOrPoint(byte: number): boolean {
  return byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

function isForbidden(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  // Longer than a forbidden key can be, were every character an escape.
  if (length < 9 || length > 11 * 6) return false;
  const key = textOf(bytes, start, end);
  return FORBIDDEN_KEYS.includes(key.includes('\\') ? unescaped(key) : key);
}

function unescaped(key: string): string {
  return key.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
