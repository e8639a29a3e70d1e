/** What of the journal a subscription asks for. */
export interface StreamFilter {
  session_id?: string;
  types?: readonly string[];
}

/** One stretch of a subscription: from where it asked, and what it got until it was cut. */
export interface Stretch {
  after_seq: number;
  seqs: number[];
}

/** Lines of events as anybody saw them first: the same event must be the same bytes for all. */
export class SeenLines {
  readonly first: Map<number, string> = new Map();
  /** Seqs that two readers saw with different bytes. */
  readonly differing: Set<number> = new Set();

  see(seq: number, line: string): void {
    const first = this.first.get(seq);
    if (first === undefined) this.first.set(seq, line);
    else if (first !== line) this.differing.add(seq);
  }
}

/** What one reader got, over all its connections. Each new stretch asks for what comes after the last. */
export class StreamRecord {
  readonly reader: string;
  readonly filter: StreamFilter;
  readonly stretches: Stretch[] = [];
  #lines: SeenLines;
  #onSeq: (seq: number) => void = () => {};
  #left = Number.POSITIVE_INFINITY;
  #cut: () => void = () => {};

  constructor(reader: string, lines: SeenLines, filter: StreamFilter = {}) {
    this.reader = reader;
    this.filter = filter;
    this.#lines = lines;
  }

  /** The last event it got, or where it began. */
  get cursor(): number {
    const stretch = this.stretches.at(-1);
    return stretch?.seqs.at(-1) ?? stretch?.after_seq ?? 0;
  }

  begin(afterSeq: number): void {
    this.stretches.push({ after_seq: afterSeq, seqs: [] });
  }

  take(line: string): void {
    // What comes in the same chunk after a cut was never read.
    if (this.#left <= 0) return;
    const seq = seqOf(line);
    this.stretches.at(-1)?.seqs.push(seq);
    this.#lines.see(seq, line);
    this.#onSeq(seq);
    this.#left -= 1;
    if (this.#left === 0) this.#cut();
  }

  /** Calls back after so many more events; never where there is no number. */
  cutAfter(events: number | undefined, cut: () => void): void {
    this.#left = events ?? Number.POSITIVE_INFINITY;
    this.#cut = cut;
  }

  /** Resolves when it has got this event or a later one. */
  reached(seq: number): Promise<void> {
    if (this.cursor >= seq) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSeq = (got) => {
        if (got >= seq) resolve();
      };
    });
  }
}

const SEQ_AT = '{"v":1,"seq":'.length;

// Parsing a million lines whole would be the slowest part of the torture.
function seqOf(line: string): number {
  return Number.parseInt(line.slice(SEQ_AT, SEQ_AT + 16), 10);
}
