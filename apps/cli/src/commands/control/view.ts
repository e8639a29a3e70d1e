import type { Snapshot, WatchEvent } from '@proj/client';
import type { Ask, AskAnswerReply } from '@proj/protocol';
import type { Io } from '../../io.ts';
import { askCard } from '../../print/ask-card.ts';
import { eventLine } from '../../print/event-line.ts';
import { jsonLine } from '../../print/json.ts';
import { count } from '../../print/session-list.ts';
import { verdictText } from '../../print/verdict.ts';

/** What `proj control` shows. */
export interface View {
  snapshot(snapshot: Snapshot): void;
  event(event: WatchEvent): void;
  verdict(reply: AskAnswerReply): void;
  /** The whole of an ask. */
  ask(ask: Ask): void;
}

// Lines that may wait behind a prompt. A person who comes back to it wants the newest, and the count of the rest.
const HELD = 500;

/** Lines for people. While a prompt has the screen they wait. */
export class HumanView implements View {
  readonly #io: Io;
  /** Asks are shown whole when they open, not only when they are prompted for. */
  readonly #wholeAsks: boolean;
  #held: string[] | undefined;
  #left = 0;

  constructor(io: Io, { wholeAsks }: { wholeAsks: boolean }) {
    this.#io = io;
    this.#wholeAsks = wholeAsks;
  }

  snapshot({ asks, sessions }: Snapshot): void {
    this.#line(`${count(asks.length, 'pending ask')}, ${count(sessions.length, 'live session')}`);
    if (this.#wholeAsks) for (const ask of asks) this.ask(ask);
  }

  event(event: WatchEvent): void {
    // Every command comes and goes as a client: that would be most of what there is to read.
    if (event.type === 'client.connected' || event.type === 'client.disconnected') return;
    this.#line(eventLine(event));
    if (this.#wholeAsks && event.type === 'ask.opened') this.ask(event.payload);
  }

  verdict(reply: AskAnswerReply): void {
    this.#line(verdictText(reply));
  }

  ask(ask: Ask): void {
    for (const line of askCard(ask, { nowMs: Date.now(), width: this.#io.out.columns })) this.#line(line);
  }

  /** A prompt takes the screen. */
  hold(): void {
    this.#held ??= [];
  }

  /** The prompt is gone: what waited is shown. */
  release(): void {
    const lines = this.#held ?? [];
    this.#held = undefined;
    if (this.#left > 0) this.#line(`+${this.#left} earlier lines, proj log shows them`);
    this.#left = 0;
    for (const line of lines) this.#line(line);
  }

  #line(text: string): void {
    if (this.#held === undefined) return this.#io.out.line(text);
    this.#held.push(text);
    if (this.#held.length <= HELD) return;
    this.#held.shift();
    this.#left += 1;
  }
}

/** NDJSON: `{"snapshot":…}`, then events as they are on the wire, and `{"answered":…}` for what it answered itself. */
export function jsonView(io: Io): View {
  return {
    snapshot: (snapshot) => io.out.line(jsonLine({ snapshot })),
    event: (event) => io.out.line(jsonLine(event)),
    verdict: (answered) => io.out.line(jsonLine({ answered })),
    ask: () => {},
  };
}
