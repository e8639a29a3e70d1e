import { encodeAsciiBytes } from '@proj/protocol';

/** Rows a list gives where the request does not say how many. */
export const DEFAULT_PAGE = 100;

// Room for the envelope around a page.
const ENVELOPE_BYTES = 1_024;

/** As many of the rows as fit a frame, one at least. */
export function fitFrame<Row>(rows: readonly Row[], frameBytes: number): Row[] {
  let bytes = ENVELOPE_BYTES;
  const fitting = rows.findIndex((row, i) => {
    bytes += encodeAsciiBytes(row) + 1;
    return i > 0 && bytes > frameBytes;
  });
  return rows.slice(0, fitting === -1 ? rows.length : fitting);
}
