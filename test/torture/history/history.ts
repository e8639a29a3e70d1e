import { writeFileSync } from 'node:fs';
import { SeenLines, type StreamFilter, StreamRecord } from './stream-record.ts';

/** What came of an operation; `lost` where nobody knows. */
export type Result = { ok: true; payload: Record<string, unknown> } | { ok: false; code: string } | { lost: true };

/** One request as its client saw it. Times are milliseconds on the torturer's monotonic clock. */
export interface Operation {
  t_call: number;
  /** When the reply came or the connection broke; infinity for one that is still under way. */
  t_ret: number;
  client: string;
  op: string;
  args: Record<string, unknown>;
  result: Result;
}

/** Everything that the clients of a scenario did and saw, in memory. */
export class History {
  readonly operations: Operation[] = [];
  readonly streams: StreamRecord[] = [];
  readonly lines: SeenLines = new SeenLines();

  /** Notes a call; what it returns notes the reply. */
  begin(client: string, op: string, args: object): (result: Result) => void {
    const operation: Operation = {
      t_call: performance.now(),
      t_ret: Number.POSITIVE_INFINITY,
      client,
      op,
      args: { ...args },
      result: { lost: true },
    };
    this.operations.push(operation);
    return (result) => {
      operation.t_ret = performance.now();
      operation.result = result;
    };
  }

  /** The record of a reader that subscribes, again after each cut. */
  openStream(reader: string, filter: StreamFilter = {}): StreamRecord {
    const stream = new StreamRecord(reader, this.lines, filter);
    this.streams.push(stream);
    return stream;
  }

  /** Writes it as NDJSON, for a look by eye. */
  dump(file: string): void {
    writeFileSync(file, this.operations.map((operation) => `${JSON.stringify(operation)}\n`).join(''));
  }
}

/** An argument of an operation as text; undefined where it was not given. */
export function argument(args: Record<string, unknown>, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value);
}
