import { encodeErrorReply, type Limits, LineBuffer, type Peer, ProtocolError, type Socket } from '@proj/protocol';
import type { ByteStream } from '../transport/transport.ts';
import { LineClock } from './line-clock.ts';
import { Outbox } from './outbox.ts';
import { Pace } from './pace.ts';
import { Progress } from './progress.ts';

// A reader that has stopped is given so long to take its last line.
const LAST_LINE_MS = 2_000;

export interface ConnectionOptions {
  clientId: string;
  socket: Socket;
  stream: ByteStream;
  peer?: Peer | undefined;
  limits: () => Limits;
  connectedAt: string;
  /** Handles one line. For each it calls `answer`, or `park` and later `answerParked`, once. */
  onLine: (line: Uint8Array, connection: Connection) => void;
  /** The client takes bytes again. */
  onDrain: (connection: Connection) => void;
  onClose: (connection: Connection) => void;
  isSubscribed: () => boolean;
}

/**
 * One client: cuts its bytes into lines, hands them on one by one, and writes what it is to get. It reads no further
 * while the client has too many requests in flight or takes too little.
 */
export class Connection {
  readonly clientId: string;
  readonly socket: Socket;
  readonly connectedAt: string;
  readonly peer: Peer | undefined;
  readonly outbox: Outbox;
  /** Resolves when the stream is gone. */
  readonly whenClosed: Promise<void>;
  clientName: string | undefined;
  channelId: string;
  #resolveClosed: () => void;
  #options: ConnectionOptions;
  #lines: LineBuffer;
  #lineClock: LineClock;
  #progress: Progress;
  #pace: Pace;
  #inFlight = 0;
  #parked = 0;
  #isReading = false;
  #inputEnded = false;
  #isClosing = false;
  // The client may still be writing the line that was too large.
  #isMidLine = false;
  #lastLine: string | undefined;
  #closeReason: string | undefined;

  constructor(options: ConnectionOptions) {
    const { clientId, socket, stream, limits } = options;
    this.#options = options;
    this.clientId = clientId;
    this.socket = socket;
    this.channelId = `${socket}:${clientId}`;
    this.connectedAt = options.connectedAt;
    this.peer = options.peer;
    this.outbox = new Outbox(stream, () => limits().outbox_bytes);
    this.#lines = new LineBuffer(limits().frame_bytes);
    this.#lineClock = new LineClock(limits);
    this.#progress = new Progress(stream, () => limits().slow_consumer_ms);
    this.#pace = new Pace(
      () => limits().lines_per_second,
      () => this.#readOn(),
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    this.whenClosed = promise;
    this.#resolveClosed = resolve;
    // First of all the error listener: without one a client that resets its connection ends the daemon.
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => this.#endInput());
    stream.on('drain', () => this.#drained());
    stream.on('close', () => this.#closed());
  }

  get inFlight(): number {
    return this.#inFlight + this.#parked;
  }

  /** The code of the error that closed it, or what an operator gave as the reason. */
  get closeReason(): string | undefined {
    return this.#closeReason;
  }

  answer(line: string): void {
    this.#inFlight--;
    this.#reply(line);
    if (this.#isClosing && this.#inFlight === 0) this.#end();
  }

  park(): boolean {
    this.#inFlight--;
    if (this.#isClosing) return false;
    this.#parked++;
    this.#readOn();
    return true;
  }

  answerParked(line: string): void {
    this.#parked--;
    this.#reply(line);
  }

  /** Writes an error that answers no line, as the last one, and closes. */
  fail(error: ProtocolError): void {
    this.#closeReason ??= error.code;
    this.#lastLine ??= encodeErrorReply(null, error);
    this.close();
  }

  /** Reads no more, and closes when what is in flight has been answered and taken, or after 2 s. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { stream } = this.#options;
    if (!this.#isMidLine) stream.pause();
    const timer = setTimeout(() => stream.destroy(), LAST_LINE_MS);
    stream.once('close', () => clearTimeout(timer));
    if (this.#inFlight === 0) this.#end();
  }

  /** Closes because an operator said so. */
  disconnect(reason: string | undefined): void {
    this.#closeReason ??= reason ?? 'disconnected';
    this.close();
  }

  /** Closes at once; what is waiting is lost. */
  destroy(): void {
    this.#isClosing = true;
    this.#options.stream.destroy();
  }

  /** Looks at the clock: a line that takes too long, or a client that takes nothing, is closed. */
  check(now: number): void {
    if (this.#isClosing) return;
    if (this.#inputEnded) this.outbox.probe();
    const fault = this.#lineClock.faultAt(now, this.#lines.startedBytes) ?? this.#progress.faultAt(now);
    if (fault !== undefined) this.fail(fault);
  }

  #take(chunk: Buffer): void {
    if (this.#isClosing) return;
    this.#lines.push(chunk);
    this.#readOn();
  }

  // Not re-entrant: a line that is answered at once comes back here while its predecessor is being handled.
  #readOn(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#mayRead()) {
        const line = this.#lines.take();
        if (line === undefined) break;
        this.#lineClock.complete();
        this.#pace.count();
        this.#inFlight++;
        this.#options.onLine(line, this);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#isMidLine = true;
      this.fail(error);
    } finally {
      this.#isReading = false;
    }
    this.#steer();
  }

  #mayRead(): boolean {
    const { in_flight } = this.#options.limits();
    return !this.#isClosing && this.#inFlight < in_flight && !this.outbox.isFull && !this.#pace.isSpent;
  }

  #steer(): void {
    if (this.#isClosing) return;
    const { stream } = this.#options;
    const mayRead = this.#mayRead();
    this.#lineClock.run(mayRead);
    if (mayRead && stream.isPaused()) stream.resume();
    if (!mayRead && !stream.isPaused()) stream.pause();
    if (mayRead && this.#inputEnded) this.#closeIfDone();
  }

  #reply(line: string): void {
    if (this.#options.stream.writable) this.outbox.addLine(line);
    this.#readOn();
  }

  #end(): void {
    const { stream } = this.#options;
    if (this.#lastLine !== undefined && stream.writable) this.outbox.addLine(this.#lastLine);
    this.outbox.flush();
    if (this.#isMidLine) return this.#endMidLine();
    stream.end(() => stream.destroy());
  }

  // A client that is cut off while it writes may never read why: what it still sends is dropped until it is done.
  #endMidLine(): void {
    const { stream } = this.#options;
    stream.once('end', () => stream.destroy());
    stream.resume();
    stream.end();
  }

  #drained(): void {
    this.#readOn();
    this.#options.onDrain(this);
  }

  #endInput(): void {
    this.#inputEnded = true;
    this.#lineClock.stop();
    this.#readOn();
  }

  // A client that has sent all it had still gets its replies, and its feed until it goes.
  #closeIfDone(): void {
    if (this.inFlight === 0 && !this.#options.isSubscribed()) this.close();
  }

  #closed(): void {
    this.#isClosing = true;
    this.#pace.stop();
    this.#options.onClose(this);
    this.#resolveClosed();
  }
}
