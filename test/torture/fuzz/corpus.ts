import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from '@proj/protocol';
import type { Scene } from './scene.ts';

/** Lines by door, a character a byte. */
export type Corpus = Readonly<Record<Socket, readonly string[]>>;

interface Vector {
  socket: Socket;
  line?: string;
  line_base64?: string;
  parts?: { text: string; times?: number }[];
}

const vectors = join(import.meta.dirname, '../../../schemas/vectors');
// Longer ones are about sizes, which have a conversation of their own.
const LONGEST = 4_096;

/** The lines of the vectors, good and bad. */
export function readCorpus(): Corpus {
  const found = ['lines.json', 'requests.json'].flatMap((file): Vector[] =>
    JSON.parse(readFileSync(join(vectors, file), 'utf8')),
  );
  const ofDoor = (door: Socket): string[] =>
    found
      .filter(({ socket }) => socket === door)
      .map(textOf)
      .filter((line) => line.length <= LONGEST);
  return { runtime: ofDoor('runtime'), control: ofDoor('control') };
}

/** The same and a conversation, with the ids of what is there, so that lines reach the methods behind the checks. */
export function corpusOf(corpus: Corpus, scene: Scene): Corpus {
  const named = (lines: readonly string[]): string[] => lines.map((line) => withIds(line, scene));
  return {
    runtime: [...corpus.runtime, ...named(corpus.runtime), ...scene.lines.runtime],
    control: [...corpus.control, ...named(corpus.control), ...scene.lines.control],
  };
}

function withIds(line: string, { sessionId, askId }: Scene): string {
  return line
    .replace(/"session_id":"[^"]*"/, `"session_id":"${sessionId}"`)
    .replace(/"ask_id":"[^"]*"/, `"ask_id":"${askId}"`);
}

function textOf({ line, line_base64, parts = [] }: Vector): string {
  if (line_base64 !== undefined) return Buffer.from(line_base64, 'base64').toString('latin1');
  const text = line ?? parts.map(({ text, times = 1 }) => text.repeat(times)).join('');
  return Buffer.from(text).toString('latin1');
}
