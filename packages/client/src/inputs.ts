import type { HumanInput, Session } from '@proj/protocol';
import type { Connection } from './connection.ts';
import { Slices } from './slices.ts';

/** What people say to one session, each input once: it remembers the last one it gave. */
export class Inputs {
  readonly #requests: Pick<Connection<'runtime'>, 'request'>;
  readonly #sessionId: string;
  #lastSeq: number;

  constructor(requests: Pick<Connection<'runtime'>, 'request'>, sessionId: string, afterSeq: number) {
    this.#requests = requests;
    this.#sessionId = sessionId;
    this.#lastSeq = afterSeq;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Null at the timeout and when the session has ended. Callers that wait at the same time get different inputs. */
  async receive(timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<HumanInput | null> {
    const slices = new Slices(timeoutMs);
    for (;;) {
      const place = { session_id: this.#sessionId, after_seq: this.#lastSeq };
      const reply = await this.#requests.request(
        'session.receive',
        { ...place, timeout_ms: slices.nextMs() },
        { signal },
      );
      if (reply.input !== null && this.#take(reply.seq)) return reply.input;
      if (reply.input === null && (slices.isOver || (await this.#hasEnded(signal)))) return null;
    }
  }

  async *all(signal: AbortSignal | undefined): AsyncGenerator<HumanInput, void, undefined> {
    for (
      let input = await this.receive(undefined, signal);
      input !== null;
      input = await this.receive(undefined, signal)
    ) {
      yield input;
    }
  }

  /** False when another caller has it already. */
  #take(seq: number): boolean {
    if (seq <= this.#lastSeq) return false;
    this.#lastSeq = seq;
    return true;
  }

  async #hasEnded(signal: AbortSignal | undefined): Promise<boolean> {
    const { session } = await this.#requests.request('session.get', { session_id: this.#sessionId }, { signal });
    return hasEnded(session);
  }
}

/** Whether the session is in a state it never leaves. */
export function hasEnded({ state }: Session): boolean {
  return state === 'completed' || state === 'aborted';
}
