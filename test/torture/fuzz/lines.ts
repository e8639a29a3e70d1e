/** The lines a daemon must see in these bytes: LF ends one, a CR before it belongs to the end, blank ones are none. */
export function cutLines(bytes: string): string[] {
  return bytes
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => !/^[ \t]*$/.test(line));
}

/** What stands on control.sock for a text command: it does not begin with a brace. */
export function isText(line: string): boolean {
  return !/^[ \t]*\{/.test(line);
}

/** The id and the type of a line that is a JSON object in UTF-8; undefined for any other, which must be refused. */
export function headOf(line: string): { id: unknown; type: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(isAscii(line) ? line : utf8.decode(Buffer.from(line, 'latin1')));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const fields = new Map<string, unknown>(Object.entries(value));
    return { id: fields.get('id'), type: fields.get('type') };
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isAscii(line: string): boolean {
  return !/[\x80-\xff]/.test(line);
}
