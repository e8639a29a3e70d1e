/** All that waits for one signal, behind one listener: from the eleventh listener on Node warns of a leak. */
class Watchers {
  readonly #signal: AbortSignal;
  readonly #runs = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(run: () => void): void {
    if (this.#runs.size === 0) this.#signal.addEventListener('abort', this.#fire);
    this.#runs.add(run);
  }

  remove(run: () => void): void {
    this.#runs.delete(run);
    if (this.#runs.size === 0) this.#signal.removeEventListener('abort', this.#fire);
  }

  readonly #fire = (): void => {
    const runs = [...this.#runs];
    this.#runs.clear();
    this.#signal.removeEventListener('abort', this.#fire);
    for (const run of runs) run();
  };
}

const watchers = new WeakMap<AbortSignal, Watchers>();

/** Runs it when the signal aborts, at once when it has. Returns what takes it off the signal again. */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal?.aborted === true) run();
  if (signal === undefined || signal.aborted) return () => {};
  const all = watchers.get(signal) ?? new Watchers(signal);
  watchers.set(signal, all);
  // A function of its own, for the same one may wait twice.
  const once = (): void => run();
  all.add(once);
  return () => all.remove(once);
}
