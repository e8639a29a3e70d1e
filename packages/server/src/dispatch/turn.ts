import { encodeEvent, type JournalEvent, type Limits, ProtocolError } from '@proj/protocol';
import { timestamp, type Clock } from '../clock.ts';
import { storageFailed } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { EventDraft, Projection, Stamp } from '../method.ts';

export interface Committed {
  event: JournalEvent;
  line: string;
}

export interface TurnDeps {
  journal: Journal;
  projections: readonly Projection[];
  clock: Clock;
  limits: () => Limits;
  /** Runs after each commit, with what it made durable, when the replies that waited for it have been written. */
  onCommitted: (events: readonly Committed[]) => void;
  /** Runs after a commit that failed: the state is that of the disk again. */
  onFailed: (error: unknown) => void;
}

type Outcome = 'committed' | 'failed';

/**
 * Group commit: the events of one turn of the loop go into one transaction, and what was held leaves after it. A lone
 * request waits for one sync only, since the turn ends when nothing more has come in.
 */
export class Turn {
  #deps: TurnDeps;
  #events: Committed[] = [];
  #held: ((outcome: Outcome) => void)[] = [];
  #isOpen = false;
  #failure: unknown;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** There are events that are not on disk yet: nothing that depends on them may leave. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many events this turn has so far. */
  get size(): number {
    return this.#events.length;
  }

  append(draft: EventDraft): JournalEvent {
    const { journal, projections, clock, limits } = this.#deps;
    if (this.#failure !== undefined) throw storageFailed(this.#failure);
    const event = stamped(draft, { seq: journal.headSeq + 1, at: timestamp(clock.now()) });
    const line = encodeEvent(event);
    if (line.length > limits().frame_bytes) throw tooLargeAsEvent(limits().frame_bytes);
    this.#open();
    try {
      journal.append(event, line);
      for (const projection of projections) projection.apply(event);
    } catch (error) {
      this.fail(error);
      throw storageFailed(error);
    }
    this.#events.push({ event, line });
    return event;
  }

  /** Calls back when the turn has ended. */
  hold(callback: (outcome: Outcome) => void): void {
    this.#held.push(callback);
  }

  /** Makes the commit fail: what was appended cannot stand. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** Ends the turn now, if one is open. */
  commit(): void {
    if (!this.#isOpen) return;
    clearImmediate(this.#scheduled);
    const events = this.#events;
    const held = this.#held;
    const outcome = this.#tryCommit();
    this.#events = [];
    this.#held = [];
    this.#isOpen = false;
    const failure = this.#failure;
    this.#failure = undefined;
    if (outcome === 'failed') this.#deps.onFailed(failure);
    for (const callback of held) callback(outcome);
    if (outcome === 'committed') this.#deps.onCommitted(events);
  }

  #open(): void {
    if (this.#isOpen) return;
    try {
      this.#deps.journal.begin();
    } catch (error) {
      throw storageFailed(error);
    }
    this.#isOpen = true;
    this.#scheduled = setImmediate(() => this.commit());
  }

  #tryCommit(): Outcome {
    const { journal, projections } = this.#deps;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      for (const projection of projections) projection.save();
      journal.commit();
      return 'committed';
    } catch (error) {
      this.#failure = error;
      journal.rollback(error);
      for (const projection of projections) projection.load();
      return 'failed';
    }
  }
}

// The draft pairs each type with its payload; a spread of a union loses that.
function stamped({ type, session_id, by, payload }: EventDraft, stamp: Stamp): JournalEvent {
  const head = { v: 1, ...stamp, type, ...(session_id !== undefined && { session_id }), ...(by && { by }) };
  return { ...head, payload: payload(stamp) } as JournalEvent;
}

function tooLargeAsEvent(limit: number): ProtocolError {
  return ProtocolError.invalidPayload([{ path: '', message: `would leave as a line above ${limit} bytes` }]);
}
