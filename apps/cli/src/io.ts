import { once } from 'node:events';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** One of the two ways out of a command. */
export interface Output {
  /** Writes a line. */
  line(text: string): void;
  /** Colour where the output is a terminal that takes it, else the text as it is. */
  paint(style: Style, text: string): string;
  /** Resolves once a slow reader has taken what was written. */
  drained(): Promise<void>;
  readonly isTerminal: boolean;
  /** Cells of a line; undefined where it is no terminal. */
  readonly columns: number | undefined;
}

/** The world of a command: everything it reads or writes beside the daemon. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Both ends are a terminal, so that a person can be asked. */
  readonly interactive: boolean;
  /** Aborts when nobody reads the output any more, as behind `| head`. */
  readonly outputClosed: AbortSignal;
  /** All of standard input, as UTF-8, without its last line end. */
  readStdin(): Promise<string>;
}

/** The io of this process. A broken pipe behind either output is no error: what is written to it is dropped. */
export function processIo(): Io {
  const closed = new AbortController();
  process.stdout.on('error', () => closed.abort());
  process.stderr.on('error', () => {});
  return {
    out: output(process.stdout, closed.signal),
    err: output(process.stderr),
    env: process.env,
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    outputClosed: closed.signal,
    readStdin,
  };
}

function output(stream: NodeJS.WriteStream, closed?: AbortSignal): Output {
  return {
    line: (text) => {
      if (closed?.aborted !== true) stream.write(`${text}\n`);
    },
    paint: (style, text) => styleText(style, text, { stream, validateStream: true }),
    drained: async () => {
      if (closed?.aborted !== true && stream.writableNeedDrain) await drain(stream, closed);
    },
    isTerminal: stream.isTTY,
    // A terminal that does not know its size says 0.
    columns: stream.isTTY && stream.columns > 0 ? stream.columns : undefined,
  };
}

async function drain(stream: NodeJS.WriteStream, closed: AbortSignal | undefined): Promise<void> {
  try {
    await once(stream, 'drain', closed === undefined ? {} : { signal: closed });
  } catch {
    // The reader is gone: there is nothing to wait for.
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
