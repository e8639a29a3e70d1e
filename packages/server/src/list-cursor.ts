import { invalidField } from './errors.ts';

type Noun = 's' | 'a';

const CURSOR = /^(?:s(\d{1,16}))?(?:a(\d{1,16}))?$/;

/** The opaque `next` of a list, or of a snapshot, which holds the place in both lists. */
export function encodeListCursor(places: { s?: number; a?: number }): string {
  return (places.s === undefined ? '' : `s${places.s}`) + (places.a === undefined ? '' : `a${places.a}`);
}

/**
 * After which opening event the list goes on; 0 without a cursor.
 * @throws ProtocolError `invalid_payload` for a cursor that no list of this noun gave.
 */
export function decodeListCursor(noun: Noun, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, s, a] = CURSOR.exec(cursor) ?? [];
  const place = noun === 's' ? s : a;
  if (place === undefined) throw invalidField('/after', 'is not a cursor that this list gave');
  return Number(place);
}
