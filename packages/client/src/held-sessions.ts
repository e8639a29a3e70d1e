import { ProtocolError } from '@proj/protocol';
import type { Connection } from './connection.ts';
import { hasEnded } from './inputs.ts';

/**
 * The sessions this program opened and has not ended. The daemon takes a session for held while a connection that named
 * it is there, so each is named again on a new connection: else an idle program would seem to be gone.
 */
export class HeldSessions {
  readonly #ids = new Set<string>();

  add(sessionId: string): void {
    this.#ids.add(sessionId);
  }

  drop(sessionId: string): void {
    this.#ids.delete(sessionId);
  }

  async renew(requests: Pick<Connection<'runtime'>, 'request'>): Promise<void> {
    await Promise.all([...this.#ids].map((id) => this.#name(id, requests)));
  }

  async #name(sessionId: string, requests: Pick<Connection<'runtime'>, 'request'>): Promise<void> {
    try {
      const { session } = await requests.request('session.get', { session_id: sessionId });
      if (hasEnded(session)) this.drop(sessionId);
    } catch (error) {
      // A lost or closed connection tells its own story, and the next one asks again.
      if (error instanceof ProtocolError && error.code === 'not_found') this.drop(sessionId);
    }
  }
}
