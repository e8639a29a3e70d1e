import { createConnection } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Sends a line byte by byte, and says what the daemon's first line was. */
export async function dribble(path: string, line: string, everyMs: number): Promise<string> {
  const socket = createConnection(path);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
    if (answer.includes('\n')) socket.destroy();
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  for (const byte of `${line}\n`) {
    await delay(everyMs);
    // What has come is read before more is written: a write to a closed socket would throw it away.
    await nextTurn();
    if (socket.destroyed) break;
    socket.write(byte);
  }
  await closed;
  return answer.split('\n')[0] ?? '';
}
