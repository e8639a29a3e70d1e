const PROGRESS_EVERY_MS = 30_000;
const MOST_IDLE_CHECK_MS = 1_000;

/** Calls every 30 s. The returned function ends that. */
export function watchProgress(onProgress: () => void): () => void {
  const timer = setInterval(onProgress, PROGRESS_EVERY_MS);
  return () => clearInterval(timer);
}

/** Calls `onIdle` when nobody was there for `idleExitMs`; never where that is undefined. */
export function watchIdle(
  idleExitMs: number | undefined,
  { idleMs, onIdle }: { idleMs: () => number; onIdle: () => void },
): () => void {
  if (idleExitMs === undefined) return () => {};
  const check = (): void => {
    if (idleMs() >= idleExitMs) onIdle();
  };
  const timer = setInterval(check, Math.min(MOST_IDLE_CHECK_MS, Math.max(10, idleExitMs / 4)));
  return () => clearInterval(timer);
}
