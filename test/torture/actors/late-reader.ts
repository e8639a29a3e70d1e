import { createConnection } from 'node:net';

const SUBSCRIBE = '{"v":1,"id":"1","type":"events.subscribe","payload":{"after_seq":0}}\n';
const EVENT_START = '{"v":1,"seq":';

export interface LateReading {
  /** The last event before the first that was missing or out of order; the last of all where none was. */
  seq: number;
  events: number;
  elapsedMs: number;
}

/** Reads everything from the first event to this one; ends earlier where the daemon closes. */
export function readFromStart(path: string, headSeq: number): Promise<LateReading> {
  const started = performance.now();
  const socket = createConnection(path).setEncoding('latin1');
  const reading = { seq: 0, events: 0 };
  let rest = '';
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(reading, line);
    if (reading.events >= headSeq) socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(SUBSCRIBE);
  return new Promise((resolve) => {
    socket.on('close', () => resolve({ ...reading, elapsedMs: performance.now() - started }));
  });
}

function takeLine(reading: { seq: number; events: number }, line: string): void {
  if (!line.startsWith(EVENT_START)) return;
  reading.events += 1;
  if (line.startsWith(`${EVENT_START}${reading.seq + 1},`)) reading.seq += 1;
}
