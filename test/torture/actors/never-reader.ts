import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** Subscribes to everything from the first event on and then reads nothing. */
export class NeverReader {
  #socket: Socket;

  static async open(path: string): Promise<NeverReader> {
    const socket = createConnection(path);
    const reader = new NeverReader(socket);
    await once(socket, 'connect');
    socket.write('{"v":1,"id":"1","type":"events.subscribe","payload":{"after_seq":0}}\n');
    return reader;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
  }

  /**
   * Reads at last what there is, to the end, and says why the daemon closed; empty where the last line was not taken
   * in the 2 s that there were for it. Does not resolve where the daemon has not closed.
   */
  async wakeUp(): Promise<string> {
    let rest = '';
    this.#socket.setEncoding('latin1').on('data', (text: string) => (rest = (rest + text).slice(-1_000)));
    await new Promise((resolve) => this.#socket.on('close', resolve));
    return /"code":"(\w+)"/.exec(rest)?.[1] ?? '';
  }

  close(): void {
    this.#socket.destroy();
  }
}
