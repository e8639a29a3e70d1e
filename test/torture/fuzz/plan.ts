import type { Socket } from '@proj/protocol';
import type { Random } from '../harness/random.ts';
import type { Corpus } from './corpus.ts';
import { cutLines, headOf, isText } from './lines.ts';
import { mutate } from './mutate.ts';
import type { Ending } from './talk.ts';

/** Lines that go over one connection. */
export interface Part {
  door: Socket;
  lines: readonly string[];
  ending: Ending;
  pieces: readonly number[];
}

export interface Plan {
  parts: readonly Part[];
  /** Lines for control.sock that are no JSON objects: each ends its connection. */
  texts: readonly string[];
}

const ENDINGS: readonly Ending[] = ['stays', 'stays', 'half-close', 'unfinished line', 'too large', 'vanishes'];
const DOORS: readonly Socket[] = ['runtime', 'control'];
const PARTS_A_DOOR = 3;
const LINES_A_PART = 500;
const MOST_TEXTS = 12;

/** What one round sends: mutated lines, each with an id of its own as far as the mutation leaves it one. */
export function planRound(corpus: Corpus, random: Random): Plan {
  const texts: string[] = [];
  const parts = DOORS.flatMap((door) =>
    Array.from({ length: PARTS_A_DOOR }, (): Part => {
      const lines: string[] = [];
      for (let id = 0; id < LINES_A_PART; id += 1) {
        for (const line of mutatedLines(corpus, { door, id, random })) {
          if (door === 'control' && isText(line)) texts.push(line);
          else if (!endsTheDaemon(line)) lines.push(line);
        }
      }
      return { door, lines, ending: random.pick(ENDINGS), pieces: drawPieces(random) };
    }),
  );
  return { parts, texts: random.shuffle(texts).slice(0, MOST_TEXTS) };
}

function mutatedLines(corpus: Corpus, { door, id, random }: { door: Socket; id: number; random: Random }): string[] {
  const lines = corpus[door];
  const line = random.pick(lines).replace(/"id":"[^"]*"/, `"id":"${id}"`);
  const others = random.next() < 0.2 ? corpus.control : lines;
  return cutLines(mutate(line, random, others));
}

/** The one request that a sound daemon obeys by going away. */
function endsTheDaemon(line: string): boolean {
  const mayBeIt = line.includes('daemon.stop') || line.includes('\\u');
  return mayBeIt && headOf(line)?.type === 'daemon.stop';
}

// At most so many pieces, the rest at once: a part is long.
function drawPieces(random: Random): number[] {
  const largest = random.pick([1, 7, 200, 4_096, 65_536]);
  return Array.from({ length: 100 }, () => random.between(1, largest));
}
