import type { Clock } from '../../src/index.ts';

/** A clock whose two hands a test moves; both run as usual in between. */
export class MovableClock implements Clock {
  bootId = 'boot-1';
  /** Added to the wall time, as an operator or NTP would. */
  wallAheadMs = 0;
  /** Added to the time that nobody sets, as a suspend would. */
  elapsedAheadMs = 0;

  now(): number {
    return Date.now() + this.wallAheadMs;
  }

  elapsed(): number {
    return performance.now() + this.elapsedAheadMs;
  }
}
