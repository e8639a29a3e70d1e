import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A socket in front of a daemon's that can cut every connection through it, in the middle of whatever is on its way. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #onConnect = (): void => {};
  cuts = 0;

  static async open(path: string, target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(path);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  constructor(target: string) {
    this.#server = createServer((outer) => this.#join(outer, createConnection(target)));
  }

  /** Waits until somebody is connected, then cuts. */
  async cut(): Promise<void> {
    while (this.#pairs.size === 0) await new Promise<void>((resolve) => (this.#onConnect = resolve));
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
    this.cuts += 1;
  }

  close(): void {
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  #join(outer: Socket, inner: Socket): void {
    const pair: [Socket, Socket] = [outer, inner];
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        outer.destroy();
        inner.destroy();
      });
    }
    outer.pipe(inner).pipe(outer);
    this.#onConnect();
  }
}
