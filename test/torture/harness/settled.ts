import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Looks again and again until it is true; resolves with the milliseconds that took, at most the limit. */
export async function settled(isTrue: () => boolean | Promise<boolean>, limitMs: number): Promise<number> {
  const started = performance.now();
  while (!(await isTrue()) && performance.now() - started < limitMs) await delay(LOOK_EVERY_MS);
  return performance.now() - started;
}
