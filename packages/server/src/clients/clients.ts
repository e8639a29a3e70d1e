import type { ClientInfo, Socket } from '@proj/protocol';
import { notFound } from '../errors.ts';
import type { Caller } from '../method.ts';

/** A connection as the methods on clients see it. */
export interface ClientConnection extends Caller {
  readonly connectedAt: string;
  readonly inFlight: number;
  clientName: string | undefined;
  channelId: string;
  disconnect(reason: string | undefined): void;
}

/** The connections the daemon serves, by client id. */
export class Clients {
  #connections = new Map<string, ClientConnection>();
  #counts: Record<Socket, number> = { runtime: 0, control: 0 };
  #isSubscribed: (clientId: string) => boolean;

  constructor(isSubscribed: (clientId: string) => boolean) {
    this.#isSubscribed = isSubscribed;
  }

  get counts(): Readonly<Record<Socket, number>> {
    return this.#counts;
  }

  add(connection: ClientConnection): void {
    this.#connections.set(connection.clientId, connection);
    this.#counts[connection.socket]++;
  }

  remove({ clientId, socket }: Caller): void {
    if (this.#connections.delete(clientId)) this.#counts[socket]--;
  }

  /** @throws ProtocolError `not_found` */
  get(clientId: string): ClientConnection {
    const connection = this.#connections.get(clientId);
    if (connection === undefined) throw notFound('client');
    return connection;
  }

  all(): ClientConnection[] {
    return [...this.#connections.values()];
  }

  infoOf({ clientId, socket, clientName, channelId, connectedAt, inFlight, peer }: ClientConnection): ClientInfo {
    return {
      client_id: clientId,
      socket,
      ...(clientName !== undefined && { client: clientName }),
      channel_id: channelId,
      connected_at: connectedAt,
      subscribed: this.#isSubscribed(clientId),
      in_flight: inFlight,
      ...(peer && { peer }),
    };
  }
}
