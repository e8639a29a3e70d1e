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
  #byClient = new Map<string, Set<Wait>>();
  #deadlines: Deadlines<Wait>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (wait) => this.#timeOut(wait));
  }

  countOf(clientId: string): number {
    return this.#byClient.get(clientId)?.size ?? 0;
  }

  add(wait: Wait): void {
    const { topic, timeoutMs } = wait.waiting;
    include(this.#byTopic, topic, wait);
    include(this.#byClient, wait.clientId, wait);
    if (timeoutMs !== undefined) this.#deadlines.set(wait, this.#clock.elapsed() + timeoutMs);
  }

  /** Something happened to the topic: those for whom it was enough get their reply. */
  wake(topic: string): void {
    for (const wait of this.#byTopic.get(topic) ?? []) this.#tryToSettle(wait, () => wait.waiting.look());
  }

  clientLeft(clientId: string): void {
    for (const wait of this.#byClient.get(clientId) ?? []) this.#remove(wait);
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
    exclude(this.#byTopic, wait.waiting.topic, wait);
    exclude(this.#byClient, wait.clientId, wait);
    this.#deadlines.delete(wait);
  }
}

function include(index: Map<string, Set<Wait>>, key: string, wait: Wait): void {
  const waits = index.get(key) ?? new Set();
  index.set(key, waits.add(wait));
}

function exclude(index: Map<string, Set<Wait>>, key: string, wait: Wait): void {
  const waits = index.get(key);
  waits?.delete(wait);
  if (waits?.size === 0) index.delete(key);
}

function outcomeOf(read: () => object | undefined): { payload: object } | { error: unknown } | undefined {
  try {
    const payload = read();
    return payload === undefined ? undefined : { payload };
  } catch (error) {
    return { error };
  }
}
