import { createConnection, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCodes } from '@proj/protocol';

/** How a conversation ends when all its lines are written. */
export type Ending = 'stays' | 'half-close' | 'unfinished line' | 'too large' | 'vanishes';

export interface TalkOptions {
  path: string;
  lines: readonly string[];
  ending: Ending;
  /** How large the pieces are in which it is written, in turn. */
  pieces: readonly number[];
}

const REPLY = /^\{"v":1,"id":(?:"([^"]*)"|null),"ok":(true|false),/;
const EVENT = /^\{"v":1,("seq":\d+,)?"at":/;
const NOT_ON_THE_WIRE = /[^\n\x20-\x7e]/;
const LAST = '{"v":1,"id":"last","type":"events.unsubscribe"}\n';
const TOO_LARGE = 1_100_000;
const PATIENCE_MS = 15_000;

/** Writes lines over one connection and notes every line that comes back. */
export class Talk {
  /** The ids that were answered with yes. */
  readonly accepted = new Set<string>();
  readonly faults: string[] = [];
  #socket: Socket;
  #options: TalkOptions;
  #replies = 0;
  #goodbye: string | undefined;
  #rest = '';
  #isClosed = false;
  #wasCutOff = false;
  #connected: Promise<void>;
  #closed: Promise<void>;
  #onProgress: () => void = () => {};

  constructor(options: TalkOptions) {
    this.#options = options;
    this.#socket = createConnection({ path: options.path, allowHalfOpen: true });
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#take(text));
    this.#socket.on('error', () => {
      this.#wasCutOff = true;
    });
    this.#socket.on('end', () => this.#socket.end());
    this.#connected = new Promise((resolve) => this.#socket.once('connect', resolve));
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#isClosed = true;
        this.#onProgress();
        resolve();
      });
    });
  }

  /** Resolves when the daemon has come to the last line; what waits is still to be answered. */
  async write(): Promise<void> {
    const { lines, ending } = this.#options;
    await Promise.race([this.#connected, this.#closed]);
    await this.#writeInPieces(lines.map((line) => `${line}\n`).join(''));
    if (ending === 'vanishes') return void this.#socket.destroy();
    this.#socket.write(LAST + this.#tail());
    if (ending === 'half-close' || ending === 'unfinished line') this.#socket.end();
    await this.#until(() => this.#isClosed || this.accepted.has('last'), 'come to the last line');
  }

  /** Resolves when each line has its reply, or the close that its ending brings. */
  async finish(): Promise<void> {
    const { lines, ending } = this.#options;
    const wanted = lines.length + 1;
    if (ending === 'vanishes') return;
    if (ending === 'stays') await this.#until(() => this.#isClosed || this.#replies >= wanted, 'answer each line');
    else await this.#until(() => this.#isClosed, 'close');
    this.#socket.destroy();
    // A line that is too large ends what waits. Whoever still writes it may be cut off before it reads why.
    const isToldWhy = this.#goodbye === 'frame_too_large' || this.#wasCutOff;
    const isEnough = ending === 'too large' ? isToldWhy : this.#replies === wanted;
    if (!isEnough) this.faults.push(`${wanted} lines got ${this.#replies} replies (${ending}), ${this.#goodbye}`);
  }

  #tail(): string {
    if (this.#options.ending === 'unfinished line') return '{"v":1,"id":"unfinished","type":"session.list"';
    return this.#options.ending === 'too large' ? 'x'.repeat(TOO_LARGE) : '';
  }

  async #writeInPieces(text: string): Promise<void> {
    const { pieces } = this.#options;
    for (let at = 0, turn = 0; at < text.length && !this.#isClosed; turn += 1) {
      const size = pieces[turn] ?? text.length;
      const hasRoom = this.#socket.write(text.slice(at, at + size), 'latin1');
      at += size;
      await (hasRoom ? nextTurn() : Promise.race([this.#drained(), this.#closed]));
    }
  }

  // Not by `once`, which a reset would reject.
  #drained(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('drain', resolve));
  }

  #take(text: string): void {
    if (NOT_ON_THE_WIRE.test(text)) this.faults.push('a byte that is neither a line end nor printable ASCII');
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
    this.#onProgress();
  }

  #takeLine(line: string): void {
    const reply = REPLY.exec(line);
    if (reply === null) {
      if (!EVENT.test(line)) this.faults.push(`neither a reply nor an event: ${line.slice(0, 80)}`);
      return;
    }
    const [, id, ok] = reply;
    const code = ok === 'true' ? undefined : codeOf(line);
    if (code === 'frame_too_large' && id === undefined) {
      this.#goodbye = code;
      return;
    }
    this.#replies += 1;
    if (code === undefined) this.accepted.add(id ?? '');
    else if (!REFUSALS.has(code)) this.faults.push(`a line got ${code}: ${line.slice(0, 200)}`);
  }

  async #until(isReached: () => boolean, what: string): Promise<void> {
    const reached = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => reached.resolve(false), PATIENCE_MS);
    this.#onProgress = () => isReached() && reached.resolve(true);
    this.#onProgress();
    const isDone = await reached.promise;
    clearTimeout(timer);
    if (!isDone) this.faults.push(`the daemon did not ${what} (${this.#options.ending}) in ${PATIENCE_MS / 1000} s`);
  }
}

// What a line may be refused with; the rest says that something in the daemon is wrong.
const REFUSALS: ReadonlySet<string> = new Set(
  Object.keys(errorCodes).filter((code) => !['internal', 'storage_failed', 'timeout', 'slow_consumer'].includes(code)),
);

function codeOf(line: string): string {
  return /"error":\{"code":"([a-z_]+)"/.exec(line)?.[1] ?? 'no code';
}
