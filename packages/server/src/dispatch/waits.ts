import type { ProtocolError } from '@proj/protocol';
import type { Clock } from '../clock.ts';
import { Deadlines } from '../deadlines.ts';
import type { Waiting } from '../method.ts';

export interface Wait {
  clientId: string;
  waiting: Waiting<object>;
  settle: (outcome: { payload: object } | { error: unknown }) => void;
}

/** Replies that wait for an event of a topic, or for their timeout. */
export class Waits {
  #clock: Clock;
  #byTopic = new Map<string, Set<Wait>>();
  #countOf = new Map<string, number>();
  #deadlines: Deadlines<Wait>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (wait) => this.#timeOut(wait));
  }

  countOf(clientId: string): number {
    return this.#countOf.get(clientId) ?? 0;
  }

  add(wait: Wait): void {
    const { topic, timeoutMs } = wait.waiting;
    const siblings = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, siblings.add(wait));
    this.#countOf.set(wait.clientId, this.countOf(wait.clientId) + 1);
    if (timeoutMs !== undefined) this.#deadlines.set(wait, this.#clock.elapsed() + timeoutMs);
  }

  /** Something happened to the topic: those for whom it was enough get their reply. */
  wake(topic: string): void {
    for (const wait of this.#byTopic.get(topic) ?? []) this.#tryToSettle(wait, () => wait.waiting.look());
  }

  clientLeft(clientId: string): void {
    if (this.countOf(clientId) === 0) return;
    for (const wait of this.#all()) if (wait.clientId === clientId) this.#remove(wait);
  }

  /** Ends all waits with the error. */
  endAll(error: ProtocolError): void {
    for (const wait of this.#all()) {
      this.#remove(wait);
      wait.settle({ error });
    }
    this.#deadlines.clear();
  }

  #all(): Wait[] {
    return [...this.#byTopic.values()].flatMap((waits) => [...waits]);
  }

  #timeOut(wait: Wait): void {
    this.#tryToSettle(wait, () => wait.waiting.look() ?? wait.waiting.giveUp());
  }

  #tryToSettle(wait: Wait, read: () => object | undefined): void {
    const outcome = outcomeOf(read);
    if (outcome === undefined) return;
    this.#remove(wait);
    wait.settle(outcome);
  }

  #remove(wait: Wait): void {
    const siblings = this.#byTopic.get(wait.waiting.topic);
    siblings?.delete(wait);
    if (siblings?.size === 0) this.#byTopic.delete(wait.waiting.topic);
    this.#deadlines.delete(wait);
    const left = this.countOf(wait.clientId) - 1;
    if (left > 0) this.#countOf.set(wait.clientId, left);
    else this.#countOf.delete(wait.clientId);
  }
}

function outcomeOf(read: () => object | undefined): { payload: object } | { error: unknown } | undefined {
  try {
    const payload = read();
    return payload === undefined ? undefined : { payload };
  } catch (error) {
    return { error };
  }
}
