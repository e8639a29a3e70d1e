import type { Arena } from './arena.ts';

export type Size = 'short' | 'long';

/** What a scenario measured; shown as a line and written as JSON. */
export type Figures = Readonly<Record<string, number | string>>;

export interface Outcome {
  figures: Figures;
  /** What did not hold, one sentence each; none when the promise was kept. */
  faults: readonly string[];
}

export interface Scenario {
  /** As `--only` takes it: the name of its file. */
  name: string;
  /** The rows of the promises it proves, such as `R1`. */
  promises: readonly string[];
  /** What it does, in a sentence. */
  summary: string;
  /** How long the long form may take, in milliseconds; the short form has 180 s, and takes a few. */
  longMs: number;
  /** Why it cannot run on this machine, where it can't; a scenario without it runs everywhere. */
  obstacle?: () => string | undefined;
  run: (arena: Arena, size: Size) => Promise<Outcome>;
}
