import { setTimeout as delay } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { DaemonProcess } from './daemon-process.ts';
import { type LineClient, openLineClient, type Reply } from './line-client.ts';

export interface ReturningClientOptions {
  name: string;
  daemon: DaemonProcess;
  door: 'runtime' | 'control';
  history: History;
}

// A daemon that is being killed refuses for a moment; then it says when it is up again.
const RETRY_MS = 5;

/** A client that comes back when the daemon does, and repeats what got no reply: under its id that is always safe. */
export class ReturningClient {
  readonly name: string;
  #options: ReturningClientOptions;
  #client: Promise<LineClient> | undefined;
  #isEnded = false;

  constructor(options: ReturningClientOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Repeats until there is a reply. @throws Error when it was closed before. */
  async request<P = Record<string, unknown>>(
    type: string,
    payload: object = {},
  ): Promise<Exclude<Reply<P>, { lost: true }>> {
    while (!this.#isEnded) {
      const client = await this.#connected();
      const reply = await client?.request<P>(type, payload);
      if (reply !== undefined && !('lost' in reply)) return reply;
    }
    throw new Error(`${this.name} was closed before ${type} got a reply`);
  }

  /** The payload of a good reply. @throws Error for any other. */
  async demand<P = Record<string, unknown>>(type: string, payload: object = {}): Promise<P> {
    const reply = await this.request<P>(type, payload);
    if (!reply.ok) throw new Error(`${this.name}: ${type}: ${reply.code}: ${reply.message}`);
    return reply.payload;
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    const client = await this.#client?.catch(() => undefined);
    client?.close();
  }

  async #connected(): Promise<LineClient | undefined> {
    this.#client ??= this.#open();
    try {
      return await this.#client;
    } catch {
      this.#client = undefined;
      await delay(RETRY_MS);
      return undefined;
    }
  }

  async #open(): Promise<LineClient> {
    const { daemon, door, name, history } = this.#options;
    await daemon.whenUp;
    const client = await openLineClient(daemon[door], { name, history });
    void client.closed.then(() => (this.#client = undefined));
    return client;
  }
}
