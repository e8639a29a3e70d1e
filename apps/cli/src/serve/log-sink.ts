/** What a sink needs of `process.stderr`. */
export interface LogStream {
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: () => void): unknown;
  readonly writableLength: number;
}

export interface LogSink {
  /** Writes a line, or drops it. Never throws, never waits. */
  write(line: string): void;
  /** Lines that nobody will read: the reader is slow or gone, or the disk is full. */
  readonly dropped: number;
}

export interface LogSinkOptions {
  /** How much may wait for a slow reader before lines are dropped; 1 MiB by default. */
  limitBytes?: number;
  /** The line that says how many are missing, once there is room again. */
  droppedLine: (count: number) => string;
}

/**
 * A way out for the log that can't stop the daemon. Node queues without bound for a pipe that nobody reads, so the
 * queue is looked at before each line; a closed pipe and a full disk are errors of single lines.
 */
export function logSink(stream: LogStream, { limitBytes = 1_048_576, droppedLine }: LogSinkOptions): LogSink {
  let dropped = 0;
  let untold = 0;
  const drop = (): void => {
    dropped += 1;
    untold += 1;
  };
  const send = (line: string, onLost: () => void): void => {
    stream.write(`${line}\n`, (error) => {
      if (error) onLost();
    });
  };
  const tellDropped = (): void => {
    const missing = untold;
    untold = 0;
    send(droppedLine(missing), () => {
      untold += missing;
    });
  };
  stream.on('error', () => {});
  return {
    write: (line) => {
      if (stream.writableLength + line.length > limitBytes) return drop();
      if (untold > 0) tellDropped();
      send(line, drop);
    },
    get dropped() {
      return dropped;
    },
  };
}
