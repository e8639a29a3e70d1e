import type { Session } from '@proj/protocol';
import type { LineClient } from './line-client.ts';

/** A program with a session of its own that reports one event after the other. */
export class Publisher {
  #client: LineClient;
  #sessionId: string;
  #count = 0;

  static async open(client: LineClient): Promise<Publisher> {
    const { session } = await client.demand<{ session: Session }>('session.open', { name: client.name });
    return new Publisher(client, session.session_id);
  }

  constructor(client: LineClient, sessionId: string) {
    this.#client = client;
    this.#sessionId = sessionId;
  }

  /** Reports so many events of so many bytes, each after the reply to the one before; the milliseconds each took. */
  async publish(events: number, bytes: number): Promise<number[]> {
    const took: number[] = [];
    for (let left = events; left > 0; left -= 1) {
      const started = performance.now();
      await this.#emit(bytes);
      took.push(performance.now() - started);
    }
    return took;
  }

  #emit(bytes: number): Promise<unknown> {
    this.#count += 1;
    const event = { event_type: 'status_update', message: `${this.#count} ${'x'.repeat(bytes)}` };
    return this.#client.demand('session.emit', { session_id: this.#sessionId, event });
  }
}
