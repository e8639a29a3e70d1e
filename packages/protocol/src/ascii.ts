const NOT_ASCII = /[\u007f-\uffff]/;
const EACH_NOT_ASCII = /[\u007f-\uffff]/g;

/**
 * JSON text of the value in printable ASCII: what is above 0x7E leaves as `\uXXXX`. So a line of the wire can be shown
 * by `cat` or a log viewer without harm.
 */
export function encodeAscii(value: unknown): string {
  const json = JSON.stringify(value);
  return NOT_ASCII.test(json) ? json.replace(EACH_NOT_ASCII, escapeUnit) : json;
}

/** How many bytes `encodeAscii` of the value takes. */
export function encodeAsciiBytes(value: unknown): number {
  return encodeAscii(value).length;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
