import type { DaemonState, JournalEvent } from '@proj/protocol';
import type { Journal } from '../journal/journal.ts';
import type { Projection } from '../method.ts';

/** Whether the daemon is paused, which survives a restart, or stopping, which does not. */
export class Lifecycle implements Projection {
  #journal: Journal;
  #paused = false;
  #stopping = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get state(): DaemonState {
    if (this.#stopping) return 'stopping';
    return this.#paused ? 'paused' : 'monitoring';
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  beginStop(): void {
    this.#stopping = true;
  }

  apply(event: JournalEvent): void {
    if (event.type !== 'daemon.changed') return;
    const { change } = event.payload;
    if (change === 'paused') this.#paused = true;
    if (change === 'resumed') this.#paused = false;
  }

  save(): void {
    const paused = Number(this.#paused);
    if (this.#journal.counters.find('paused') !== paused) this.#journal.counters.put('paused', paused);
  }

  load(): void {
    this.#paused = this.#journal.counters.find('paused') === 1;
  }
}
