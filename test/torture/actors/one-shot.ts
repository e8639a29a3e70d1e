import { createConnection } from 'node:net';
import type { History } from '../history/history.ts';
import { openLineClient, type Reply } from './line-client.ts';

/** What `nc -N -U` does: connects, writes one request, closes its sending side, reads to the end. */
export async function sendOnce(
  path: string,
  [name, type, payload]: [name: string, type: string, payload: object],
  history: History,
): Promise<Reply> {
  try {
    const client = await openLineClient(path, { name, history });
    const reply = client.request(type, payload);
    client.socket.end();
    return await reply;
  } catch {
    return { lost: true };
  }
}

/** One text command, such as `STATUS`; the one line of its answer, empty where the connection broke. */
export async function sendText(path: string, command: string): Promise<string> {
  const socket = createConnection(path);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => {});
  socket.end(`${command}\n`);
  // A daemon that is killed resets the connection: that is the end of it too.
  await new Promise((resolve) => socket.on('close', resolve));
  return answer.trim();
}
