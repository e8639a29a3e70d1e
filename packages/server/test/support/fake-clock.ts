import type { Clock } from '../../src/clock.ts';

export const START_MS = Date.parse('2026-11-20T12:00:00.000Z');

/** A clock that stands until it is moved. Wall time and elapsed time can be moved apart, as people and boots do. */
export class FakeClock implements Clock {
  bootId = 'boot-1';
  #now = START_MS;
  #elapsed = 1_000;

  now = (): number => this.#now;
  elapsed = (): number => this.#elapsed;

  /** Time passes. */
  advance(ms: number): void {
    this.#now += ms;
    this.#elapsed += ms;
  }

  /** Somebody sets the wall clock. */
  setBack(ms: number): void {
    this.#now -= ms;
  }

  /** The machine starts anew: elapsed time begins again under another name. */
  reboot(offMs: number): void {
    this.bootId = `${this.bootId}+`;
    this.#now += offMs;
    this.#elapsed = 5;
  }
}
