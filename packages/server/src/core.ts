import type { JournalEvent, Session } from '@proj/protocol';
import { expire, type SettleDeps } from './asks/settle.ts';
import { Clients } from './clients/clients.ts';
import type { CoreOptions } from './core-options.ts';
import { Dispatch } from './dispatch/dispatch.ts';
import { createRoutes } from './dispatch/routes.ts';
import { type Committed, Turn } from './dispatch/turn.ts';
import { Waits } from './dispatch/waits.ts';
import { shuttingDown } from './errors.ts';
import { Feed, lineOf } from './feed/feed.ts';
import type { Append } from './method.ts';
import { moveSession } from './sessions/session-methods.ts';
import { loadState, type State } from './state.ts';
import { routeDeps, sessionSteps } from './wiring.ts';

/** Everything between a line and the disk: state, turn, methods, feed and waits. */
export class Core {
  readonly dispatch: Dispatch;
  readonly turn: Turn;
  readonly feed: Feed;
  readonly clients: Clients;
  readonly state: State;
  readonly append: Append = (draft) => this.turn.append(draft);
  #waits: Waits;
  #settling: SettleDeps;
  #options: CoreOptions;

  constructor(options: CoreOptions) {
    const { journal, config, clock, log } = options;
    const limits = () => config.settings.limits;
    this.#options = options;
    this.state = loadState(journal, clock, (askId) => this.#expire(askId));
    this.feed = new Feed(journal);
    this.clients = new Clients((clientId) => this.feed.isSubscribed(clientId));
    this.#waits = new Waits(clock);
    const { asks, lifecycle, projections } = this.state;
    this.turn = new Turn({
      journal,
      projections,
      clock,
      limits,
      onCommitted: (events) => this.#handOn(events),
      onFailed: (error) => this.#recover(error),
    });
    const { append } = this;
    this.#settling = { asks, append, clock, isPaused: () => lifecycle.isPaused };
    this.dispatch = new Dispatch({
      routes: createRoutes(routeDeps(this, this.#settling, options)),
      turn: this.turn,
      waits: this.#waits,
      limits,
      isStopping: () => lifecycle.isStopping,
      log,
    });
  }

  /** A connection is gone: what was tied to it ends. */
  clientLeft(clientId: string): void {
    this.feed.unsubscribe(clientId);
    this.state.holders.clientLeft(clientId);
    this.#waits.clientLeft(clientId);
  }

  /** Live sessions that no client holds. */
  unheldSessions(): Session[] {
    return this.state.sessions.live().filter(({ session_id }) => !this.state.holders.isHeld(session_id));
  }

  /** Aborts a session for the daemon's own reason. */
  abandon(session: Session): void {
    const move = { state: 'aborted' as const, reason: 'abandoned', by: 'operator' as const };
    moveSession(sessionSteps(this, this.#settling), session, move, undefined);
  }

  /** Takes no new work; whoever waits is told. */
  beginStop(): void {
    this.#announceStop();
    this.state.lifecycle.beginStop();
    this.#waits.endAll(shuttingDown());
  }

  /** Commits what is left and ends the timers. */
  end(): void {
    this.turn.commit();
    this.state.asks.stop();
  }

  // A journal that cannot be written must not keep the daemon from ending.
  #announceStop(): void {
    try {
      this.append({ type: 'daemon.changed', payload: () => ({ change: 'stopping', state: 'stopping' }) });
    } catch {
      return;
    }
    this.turn.commit();
  }

  #expire(askId: string): void {
    try {
      expire(this.#settling, this.state.asks.get(askId));
    } catch (error) {
      this.#options.log('error', 'an ask could not be settled at its deadline', {
        ask_id: askId,
        cause: String(error),
      });
      this.state.asks.retryDue();
    }
  }

  #handOn(events: readonly Committed[]): void {
    this.#options.journal.scrub();
    this.feed.publish(events.map(frameOf));
    for (const { event } of events) this.#wake(event);
  }

  #wake(event: JournalEvent): void {
    if (event.type === 'ask.settled') this.#waits.wake(event.payload.ask_id);
    if (event.type !== 'session.input' && event.type !== 'session.changed') return;
    if (event.session_id !== undefined) this.#waits.wake(event.session_id);
  }

  #recover(error: unknown): void {
    const { log, journal } = this.#options;
    log('error', 'the journal could not be written', { cause: String(error) });
    this.feed.reset(journal.headSeq);
    this.state.asks.retryDue();
  }
}

function frameOf({ event, line }: Committed) {
  return { seq: event.seq, type: event.type, sessionId: event.session_id, bytes: lineOf(line) };
}
