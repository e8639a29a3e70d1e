import { performance } from 'node:perf_hooks';
import { type Limits, ProtocolError } from '@proj/protocol';

/**
 * How long a client may take for a line: `first_line_timeout_ms` from connect to its first, then `line_timeout_ms` from
 * a line's first byte to its end. The clock stands while the daemon is not reading.
 */
export class LineClock {
  #limits: () => Limits;
  #since = performance.now();
  #hasSpoken = false;
  #runs = true;
  #wasOverdue = false;

  constructor(limits: () => Limits) {
    this.#limits = limits;
  }

  complete(): void {
    this.#hasSpoken = true;
    this.#restart();
  }

  /** Whether the daemon reads from the client. */
  run(runs: boolean): void {
    if (runs && !this.#runs) this.#restart();
    this.#runs = runs;
  }

  /** No line will come any more. */
  stop(): void {
    this.#runs = false;
  }

  /**
   * The fault when the client took too long. It must be overdue at two looks in a row: after a stall of the daemon
   * itself the rest of the line may be there, but not read yet.
   */
  faultAt(now: number, startedBytes: number): ProtocolError | undefined {
    if (this.#hasSpoken && startedBytes === 0) this.#restart();
    const isOverdue = this.#runs && now - this.#since > this.#limit();
    const fault = isOverdue && this.#wasOverdue ? this.#fault() : undefined;
    this.#wasOverdue = isOverdue;
    return fault;
  }

  #limit(): number {
    const { first_line_timeout_ms, line_timeout_ms } = this.#limits();
    return this.#hasSpoken ? line_timeout_ms : first_line_timeout_ms;
  }

  #fault(): ProtocolError {
    const limit = this.#limit();
    const what = this.#hasSpoken ? 'a line that was begun was not finished' : 'no line came';
    return new ProtocolError('timeout', `${what} in ${limit} ms`, { details: { limit } });
  }

  #restart(): void {
    this.#since = performance.now();
    this.#wasOverdue = false;
  }
}
