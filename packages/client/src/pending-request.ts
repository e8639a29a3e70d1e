import { encodeAscii, PROTOCOL_VERSION } from '@proj/protocol';
import { ClientError, type ClientErrorCode } from './errors.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { onAbort } from './on-abort.ts';
import { isRead, isRepeatable, isWait } from './repeat.ts';

type Payload = Readonly<Record<string, unknown>>;

export interface Settlement {
  resolve(payload: Record<string, unknown>): void;
  reject(error: Error): void;
}

/** A request from the call to its reply, over as many connections as that takes. It settles once. */
export class PendingRequest {
  readonly id: string;
  readonly type: string;
  readonly isWait: boolean;
  readonly isRepeatable: boolean;
  /** It went out on some connection, so the daemon may have acted on it. */
  written = false;
  settled = false;
  readonly #payload: Payload;
  readonly #settlement: Settlement;
  readonly #waitEndsAt: number | undefined;
  #line: string | undefined;
  #release: (() => void) | undefined;

  constructor(id: string, { type, payload }: { type: string; payload: Payload }, settlement: Settlement) {
    this.id = id;
    this.type = type;
    this.isWait = isWait(type);
    this.isRepeatable = isRepeatable(type, payload);
    this.#payload = payload;
    this.#settlement = settlement;
    const timeoutMs = this.isWait ? payload['timeout_ms'] : undefined;
    this.#waitEndsAt = typeof timeoutMs === 'number' ? performance.now() + timeoutMs : undefined;
  }

  /** The line to write. A wait asks for the time that is left, each time it is written. */
  encode(): string {
    if (this.#waitEndsAt !== undefined) return this.#encodeWait(this.#waitEndsAt);
    this.#line ??= this.#encodeWith(this.#payload);
    return this.#line;
  }

  /** Ends the request when the signal aborts or the deadline passes; `onGiveUp` is told after it was rejected. */
  watch({ signal, timeoutMs, deadlines, onGiveUp }: Watching): void {
    const giveUp = (error: ClientError): void => {
      this.reject(error);
      onGiveUp(this);
    };
    const stopListening = onAbort(signal, () =>
      giveUp(this.failure('aborted', 'the request was aborted', signal?.reason)),
    );
    const deadline: Deadline | undefined =
      timeoutMs === undefined
        ? undefined
        : {
            at: performance.now() + timeoutMs,
            expire: () => giveUp(this.failure('timeout', `no reply within ${timeoutMs} ms`)),
          };
    if (deadline !== undefined) deadlines.add(deadline);
    this.#release = () => {
      stopListening();
      if (deadline !== undefined) deadlines.remove(deadline);
    };
  }

  resolve(payload: Record<string, unknown>): void {
    if (this.#settle()) this.#settlement.resolve(payload);
  }

  reject(error: Error): void {
    if (this.#settle()) this.#settlement.reject(error);
  }

  /** The local error to reject with, which says whether the daemon may have done it all the same. */
  failure(code: ClientErrorCode, message: string, cause?: unknown): ClientError {
    const mayHaveHappened = this.written && !isRead(this.type);
    return new ClientError(code, `${this.type}: ${message}`, { cause, mayHaveHappened });
  }

  #encodeWait(endsAt: number): string {
    const timeoutMs = Math.max(0, Math.round(endsAt - performance.now()));
    return this.#encodeWith({ ...this.#payload, timeout_ms: timeoutMs });
  }

  #encodeWith(payload: Payload): string {
    const { id, type } = this;
    return `${encodeAscii({ v: PROTOCOL_VERSION, id, type, payload })}\n`;
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#release?.();
    return true;
  }
}

export interface Watching {
  signal: AbortSignal | undefined;
  timeoutMs: number | undefined;
  deadlines: Deadlines;
  onGiveUp: (request: PendingRequest) => void;
}
