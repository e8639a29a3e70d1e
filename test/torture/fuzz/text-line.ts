import { createConnection } from 'node:net';

const COMMANDS = ['STATUS', 'PAUSE', 'RESUME', 'RELOAD', 'NEW_SESSION', 'PING', 'HELP'];

/** Whether the daemon must not know it. */
export function isUnknownCommand(line: string): boolean {
  return !COMMANDS.includes(line.replace(/^[ \t]+|[ \t]+$/g, '').toUpperCase());
}

/**
 * Sends a line that is no JSON object to control.sock, and another line behind it that must not be read. What is wrong
 * with the answer, which is one line and the end; undefined where nothing is.
 */
export async function faultOfTextLine(path: string, [line, next]: [string, string]): Promise<string | undefined> {
  const socket = createConnection(path);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  // What was not read may reset the connection after the answer.
  socket.on('error', () => {});
  socket.end(`${line}\n${next}\n`, 'latin1');
  await new Promise((resolve) => socket.on('close', resolve));
  const isRight = isUnknownCommand(line) ? answer === 'ERR: unknown command\n' : /^[\x20-\x7e]+\n$/.test(answer);
  return isRight ? undefined : `a text line got ${JSON.stringify(answer.slice(0, 80))}`;
}
