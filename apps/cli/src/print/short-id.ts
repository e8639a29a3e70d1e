const SHOWN = 12;

/** Enough of an id to name it by; commands take the beginning of an id for the whole. */
export function shortId(id: string): string {
  return id.slice(0, SHOWN);
}
