import { createConnection } from 'node:net';
import type { Random } from '../harness/random.ts';

export interface Storm {
  path: string;
  count: number;
  atOnce: number;
  random: Random;
}

/** What an aborting client has sent by then: nothing, a part of a line, a request whose reply it does not wait for. */
const beginnings = ['', '{"v":1,"id":', '{"v":1,"id":"1","type":"ping"}\n'];

/** Connects and aborts, again and again; resolves with how many connections came about. */
export async function storm({ path, count, atOnce, random }: Storm): Promise<number> {
  let left = count;
  let connected = 0;
  const one = async (): Promise<void> => {
    while ((left -= 1) >= 0) if (await connectAndAbort(path, random.pick(beginnings))) connected += 1;
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return connected;
}

function connectAndAbort(path: string, beginning: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let isConnected = false;
    socket.on('connect', () => {
      isConnected = true;
      if (beginning === '') socket.destroy();
      else socket.write(beginning, () => socket.destroy());
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(isConnected));
  });
}
