/** The time of day of a wire time (RFC 3339, UTC) where the reader is, as `14:03:09`. */
export function clockTime(at: string): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
