const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in its two largest units, cut down to whole ones: "5s", "2m 3s", "1h 4m", "3d 2h". Never negative. */
export function formatElapsed(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return pair(span, [MINUTE, 'm'], [SECOND, 's']);
  if (span < DAY) return pair(span, [HOUR, 'h'], [MINUTE, 'm']);
  return pair(span, [DAY, 'd'], [HOUR, 'h']);
}

/** The span from a wire time (RFC 3339, UTC) to now. A time ahead of this machine's clock is "0s" ago. */
export function elapsedSince(at: string, nowMs: number): string {
  return formatElapsed(nowMs - Date.parse(at));
}

/** The span from now to a wire time; "0s" once it has passed. */
export function remainingUntil(at: string, nowMs: number): string {
  return formatElapsed(Date.parse(at) - nowMs);
}

type Unit = [ms: number, name: string];

function pair(span: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  return `${Math.floor(span / large)}${largeName} ${Math.floor((span % large) / small)}${smallName}`;
}
