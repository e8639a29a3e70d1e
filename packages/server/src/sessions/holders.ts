import type { Session } from '@proj/protocol';

/** Which clients on runtime.sock hold a session: those that have named it and are still there. */
export class Holders {
  #clientsOf = new Map<string, Set<string>>();
  #sessionsOf = new Map<string, Set<string>>();

  add(sessionId: string, clientId: string): void {
    entry(this.#clientsOf, sessionId).add(clientId);
    entry(this.#sessionsOf, clientId).add(sessionId);
  }

  clientLeft(clientId: string): void {
    for (const sessionId of this.#sessionsOf.get(clientId) ?? []) {
      const clients = this.#clientsOf.get(sessionId);
      clients?.delete(clientId);
      if (clients?.size === 0) this.#clientsOf.delete(sessionId);
    }
    this.#sessionsOf.delete(clientId);
  }

  /** The session has ended: nobody holds it any more. */
  sessionEnded(sessionId: string): void {
    for (const clientId of this.#clientsOf.get(sessionId) ?? []) this.#sessionsOf.get(clientId)?.delete(sessionId);
    this.#clientsOf.delete(sessionId);
  }

  isHeld(sessionId: string): boolean {
    return this.#clientsOf.has(sessionId);
  }

  /** The session with `connected` as it is now. */
  view(session: Session): Session {
    return { ...session, connected: this.isHeld(session.session_id) };
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
