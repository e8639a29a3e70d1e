import type { Journal } from '../../src/journal/journal.ts';

export type Step = 'begin' | 'append' | 'commit';

/** Stands between a core and its journal, and makes the named step fail while `failing` says so. */
export class FailingJournal {
  failing: Step | undefined;
  /** How often the failing step was tried. */
  tries = 0;

  wrap = (journal: Journal): Journal =>
    new Proxy(journal, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === this.failing) this.#refuse();
          return Reflect.apply(value, target, args);
        };
      },
    });

  #refuse(): void {
    this.tries++;
    throw Object.assign(new Error('disk full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  }
}
