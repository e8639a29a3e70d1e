import type { Ask } from '@proj/protocol';

/** What must happen to an ask that a person is looking at when it settles elsewhere. */
export type Withdraw = (settled: Ask) => void;

const RISKS = ['destructive', 'safe_write', 'read'];

/** The asks that wait for this person, one of them in front. */
export class Inbox {
  #waiting = new Map<string, Ask>();
  #front: { askId: string; withdraw: Withdraw } | undefined;
  #wake: () => void = () => {};
  #closed = false;

  /** An ask to look at; one that is there already stays where it is. */
  add(ask: Ask): void {
    this.#waiting.set(ask.ask_id, ask);
    this.#wake();
  }

  /** An ask that settled, by whatever door. */
  settle(ask: Ask): void {
    this.#waiting.delete(ask.ask_id);
    if (this.#front?.askId === ask.ask_id) this.#front.withdraw(ask);
  }

  /** The next ask, riskiest and then oldest first; waits for one. Undefined once the inbox is closed. */
  async take(): Promise<Ask | undefined> {
    while (!this.#closed && this.#waiting.size === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#closed) return undefined;
    const next = [...this.#waiting.values()].toSorted(byUrgency)[0];
    if (next !== undefined) this.#waiting.delete(next.ask_id);
    return next;
  }

  /** Runs a job on an ask that was taken; `withdraw` is called when it settles meanwhile. */
  async inFront<T>({ ask_id: askId }: Ask, withdraw: Withdraw, job: () => Promise<T>): Promise<T> {
    this.#front = { askId, withdraw };
    try {
      return await job();
    } finally {
      this.#front = undefined;
    }
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }
}

function byUrgency(a: Ask, b: Ask): number {
  return rank(a) - rank(b) || a.changed_seq - b.changed_seq;
}

function rank({ risk }: Ask): number {
  return risk === undefined ? RISKS.length : RISKS.indexOf(risk);
}
