import { ProtocolError } from '@proj/protocol';
import { ClientError } from './errors.ts';
import { onAbort } from './on-abort.ts';

/** Bounds of the time between two attempts to reach the daemon. */
export interface ReconnectBounds {
  /** Milliseconds; 100 by default. */
  minMs: number;
  /** Milliseconds; 5,000 by default. */
  maxMs: number;
}

export const defaultReconnect: ReconnectBounds = { minMs: 100, maxMs: 5_000 };

/**
 * How long to wait before attempt number `attempt` (the first is 0): full jitter between `minMs` and a ceiling that
 * doubles with each attempt up to `maxMs`, so that clients cut off together do not come back together.
 */
export function reconnectDelayMs(
  attempt: number,
  { minMs, maxMs }: ReconnectBounds,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** (attempt + 1));
  return Math.round(minMs + random() * Math.max(0, ceiling - minMs));
}

/** Whether trying again can't help: the path, or the version of the daemon's language, would be the same again. */
export function isFinal(error: unknown): boolean {
  if (error instanceof ProtocolError) return error.code === 'unsupported_version';
  return error instanceof ClientError && (error.code === 'path_too_long' || error.code === 'directory_unsafe');
}

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      stopListening();
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const stopListening = onAbort(signal, wake);
  });
}
