import type { Line, LineRange } from '../../src/journal/journal.ts';

export interface LoggedLine extends Line {
  type: string;
  sessionId: string;
}

/** A journal of lines in memory, as a feed reads it, with what it was asked for. */
export class LogOfLines {
  readonly reads: { afterSeq: number; throughSeq: number }[] = [];
  oldestSeq = 1;
  #lines: LoggedLine[] = [];
  #fault: Error | undefined;

  get headSeq(): number {
    return this.#lines.at(-1)?.seq ?? 0;
  }

  /** Adds so many lines, of the sessions `a` and `b` and the types `x` and `y` by turns. */
  grow(count: number): LoggedLine[] {
    const added = Array.from({ length: count }, (_, i) => lineAt(this.headSeq + 1 + i));
    this.#lines.push(...added);
    return added;
  }

  /** Retention: the lines before this are gone. */
  dropBefore(seq: number): void {
    this.oldestSeq = seq;
    this.#lines = this.#lines.filter((line) => line.seq >= seq);
  }

  /** A commit was rolled back: the lines after this are gone. */
  dropAfter(seq: number): void {
    this.#lines = this.#lines.filter((line) => line.seq <= seq);
  }

  /** The next reading throws this. */
  failOnce(fault: Error): void {
    this.#fault = fault;
  }

  readLines({ afterSeq, throughSeq, limit, filter }: LineRange): { lines: Line[]; throughSeq: number } {
    this.reads.push({ afterSeq, throughSeq });
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
    const looked = this.#lines.filter(({ seq }) => seq > afterSeq && seq <= throughSeq).slice(0, limit);
    const { sessionId, types } = filter;
    const lines = looked
      .filter((line) => sessionId === undefined || line.sessionId === sessionId)
      .filter((line) => types === undefined || types.includes(line.type))
      .map(({ seq, line }) => ({ seq, line }));
    return { lines, throughSeq: looked.length < limit ? throughSeq : (looked.at(-1)?.seq ?? throughSeq) };
  }
}

function lineAt(seq: number): LoggedLine {
  return { seq, line: `{"seq":${seq}}`, type: seq % 3 === 0 ? 'y' : 'x', sessionId: seq % 2 === 0 ? 'b' : 'a' };
}
