import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Wall time in milliseconds since 1970. People and restarts can move it. */
  now(): number;
  /** Milliseconds on a clock that nobody sets and that counts suspend, since some fixed moment of this boot. */
  elapsed(): number;
  /** Names the boot that `elapsed` counts in; the same string means that two readings can be compared. */
  readonly bootId: string;
}

// The system's uptime counts suspend but moves in steps of 10 ms; the process's clock is fine but stops in suspend.
const MOST_APART_MS = 50;

/** The clock of this machine. */
export function createSystemClock(): Clock {
  let offset = uptime() * 1000 - performance.now();
  return {
    bootId: readBootId(),
    now: () => Date.now(),
    elapsed: () => {
      const apart = uptime() * 1000 - performance.now() - offset;
      if (Math.abs(apart) > MOST_APART_MS) offset += apart;
      return performance.now() + offset;
    },
  };
}

export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

// Without Linux's boot id the time of boot tells boots apart, to the minute.
function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
