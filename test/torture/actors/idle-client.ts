import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

const AT_ONCE = 100;
const PING = '{"v":1,"id":"1","type":"ping"}\n';

/** Connects, and says one thing at most; otherwise it is silent until it is closed. */
export class IdleClient {
  #socket: Socket;
  #answer: Promise<string>;
  #hasAnswer = false;

  /** @throws Error of the system where the daemon could not be reached. */
  static async open(path: string): Promise<IdleClient> {
    const socket = createConnection(path);
    const client = new IdleClient(socket);
    await once(socket, 'connect');
    return client;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    this.#answer = new Promise((resolve) => {
      socket.setEncoding('latin1').once('data', resolve);
      socket.once('close', () => resolve(''));
    });
    void this.#answer.then(() => (this.#hasAnswer = true));
  }

  /**
   * Sends a ping, unless the daemon has spoken: a write to a closed socket would throw its words away. Resolves with
   * the first line that the daemon had for it, empty where it closed without one.
   */
  ask(): Promise<string> {
    if (!this.#hasAnswer) this.#socket.write(PING);
    return this.#answer;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Whether that was the reply to the ping. */
export function isServed(answer: string): boolean {
  return answer.includes('"ok":true');
}

/** Opens many, so many at a time; each then does what it is told before the next comes. */
export async function openIdleClients(
  path: string,
  { count, onOpen }: { count: number; onOpen?: (client: IdleClient) => Promise<unknown> },
): Promise<IdleClient[]> {
  const clients: IdleClient[] = [];
  let left = count;
  const some = async (): Promise<void> => {
    while ((left -= 1) >= 0) {
      const client = await IdleClient.open(path);
      clients.push(client);
      await onOpen?.(client);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  return clients;
}
