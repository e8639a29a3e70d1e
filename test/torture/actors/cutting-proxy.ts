import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** Draws how many bytes from the daemon pass before a connection is cut; undefined leaves it alone. */
export type DrawBudget = () => number | undefined;

/** A socket in front of a daemon's that cuts each connection after some bytes, in the middle of whatever line that is. */
export class CuttingProxy {
  cuts = 0;
  #server: Server;
  #open = new Set<Socket>();
  #drawBudget: DrawBudget;

  /** @param target Where the daemon's socket is. */
  constructor(target: string, drawBudget: DrawBudget) {
    this.#drawBudget = drawBudget;
    this.#server = createServer((outer) => this.#join(outer, createConnection(target)));
  }

  async listen(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #join(outer: Socket, inner: Socket): void {
    for (const socket of [outer, inner]) {
      this.#open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#open.delete(socket);
        outer.destroy();
        inner.destroy();
      });
    }
    outer.pipe(inner);
    this.#passUntilCut(inner, outer);
  }

  #passUntilCut(inner: Socket, outer: Socket): void {
    let budget = this.#drawBudget() ?? Number.POSITIVE_INFINITY;
    inner.on('data', (chunk: Buffer) => {
      const passed = chunk.subarray(0, Math.min(chunk.length, budget));
      budget -= passed.length;
      if (!outer.write(passed)) inner.pause();
      if (budget > 0) return;
      this.cuts += 1;
      outer.end(() => outer.destroy());
      inner.destroy();
    });
    outer.on('drain', () => inner.resume());
  }
}
