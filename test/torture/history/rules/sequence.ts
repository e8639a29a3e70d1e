import type { Evidence } from '../evidence.ts';

/** The journal counts by one, without a gap and without a seq used twice. */
export function faultsOfSequence({ journal }: Evidence): string[] {
  return journal.flatMap(({ event: { seq } }, at) => {
    const before = journal[at - 1]?.event.seq;
    return before === undefined || seq === before + 1 ? [] : [`${seq} follows ${before}`];
  });
}
