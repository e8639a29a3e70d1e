import { setTimeout as delay } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { StreamRecord } from '../history/stream-record.ts';
import type { DaemonProcess } from './daemon-process.ts';
import { type LineClient, openLineClient } from './line-client.ts';

export interface StreamReaderOptions {
  daemon: DaemonProcess;
  path: string;
  history: History;
  stream: StreamRecord;
  /** After how many events the reader breaks its connection itself; undefined when it does so no more. */
  drawCut: () => number | undefined;
}

const RETRY_MS = 5;

/** A subscriber that loses its connection again and again and goes on after the last event it got. */
export class StreamReader {
  readonly stream: StreamRecord;
  cuts = 0;
  /** The error that ended it for good, such as `cursor_expired`. */
  refusal: string | undefined;
  #options: StreamReaderOptions;
  #client: LineClient | undefined;
  #isEnded = false;

  constructor(options: StreamReaderOptions) {
    this.stream = options.stream;
    this.#options = options;
  }

  /** Reads until it is closed or refused. */
  async run(): Promise<void> {
    while (!this.#isEnded && this.refusal === undefined) {
      await this.#options.daemon.whenUp;
      const isConnected = await this.#readUntilCut();
      if (!isConnected) await delay(RETRY_MS);
    }
  }

  close(): void {
    this.#isEnded = true;
    this.#client?.close();
  }

  async #readUntilCut(): Promise<boolean> {
    const { path, history, stream, drawCut } = this.#options;
    const client = await openLineClient(path, { name: stream.reader, history, stream }).catch(() => undefined);
    if (client === undefined) return false;
    this.#client = client;
    if (this.#isEnded) client.close();
    stream.begin(stream.cursor);
    stream.cutAfter(drawCut(), () => {
      this.cuts += 1;
      client.close();
    });
    const reply = await client.request('events.subscribe', { after_seq: stream.cursor, ...stream.filter });
    if ('ok' in reply && !reply.ok) this.refusal = reply.code;
    else await client.closed;
    client.close();
    return true;
  }
}
