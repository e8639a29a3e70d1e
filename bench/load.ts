import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface Load {
  socketPath: string;
  /** Requests in all. */
  total: number;
  inFlight: number;
  /** The line of the n-th request, with its end. */
  line: (n: number) => string;
}

/** Requests a second, of one client that keeps so many in flight. It looks at line ends only, the same for all. */
export async function requestsPerSecond({ socketPath, total, inFlight, line }: Load): Promise<number> {
  const socket = await open(socketPath);
  let sent = 0;
  let answered = 0;
  const send = (count: number): void => {
    const lines: string[] = [];
    for (; lines.length < count && sent < total; sent++) lines.push(line(sent));
    if (lines.length > 0) socket.write(lines.join(''));
  };
  const start = performance.now();
  send(inFlight);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const count = lineEnds(chunk);
    answered += count;
    if (answered >= total) break;
    send(count);
  }
  return (total / (performance.now() - start)) * 1000;
}

/** One request and its reply, parsed. */
export async function request(socketPath: string, line: string): Promise<{ payload: Record<string, unknown> }> {
  const socket = await open(socketPath);
  socket.end(line);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function open(socketPath: string): Promise<Socket> {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  return socket;
}

function lineEnds(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}
