import type { DaemonProcess } from '../actors/daemon-process.ts';
import { corpusOf, readCorpus } from '../fuzz/corpus.ts';
import { planRound } from '../fuzz/plan.ts';
import { openRound, Round, type RoundResult } from '../fuzz/round.ts';
import { openScene } from '../fuzz/scene.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';

const LINES: Record<Size, number> = { short: 100_000, long: 1_000_000 };
const MIB = 1_048_576;
const MOST_GROWTH = 64 * MIB;
// Until then the daemon is getting to its size: code is compiled, caches are filled.
const WARM_LINES = 15_000;
// Left alone, V8 lets garbage lie while there is memory. Under a ceiling it does not: what grows then is kept.
const UNDER = ['env', 'NODE_OPTIONS=--max-old-space-size=64 --max-semi-space-size=8'];
// So that a reader of the whole log does not get more with each round.
const CONFIG = 'journal:\n  max_events: 2000\n';

/** Sends the daemon lines that are nearly right, over both doors, in all kinds of pieces. */
export const scenario: Scenario = {
  name: 'fuzz',
  promises: ['R9', 'S7'],
  summary: 'mutated lines: one reply or a close each, no change by a refused line, no crash, bounded memory, ASCII out',
  longMs: 600_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const daemon = await arena.startDaemon({ config: CONFIG, under: UNDER });
  const started = performance.now();
  const { faults, ...figures } = await sendAll(arena, daemon, LINES[size]);
  const seconds = (performance.now() - started) / 1000;
  const exit = await daemon.stop();
  if (exit.code !== 0) faults.push(`the daemon ended with ${exit.signal ?? exit.code}`);
  faults.push(...complaintsOf(daemon));
  return { figures: { ...figures, 'lines a second': Math.round(figures.lines / seconds) }, faults };
}

async function sendAll(arena: Arena, daemon: DaemonProcess, wanted: number) {
  const corpus = readCorpus();
  const faults: string[] = [];
  let [lines, refused, rounds, compared] = [0, 0, 0, 0];
  let [baseline, highest] = [0, 0];
  while (lines < wanted && faults.length === 0) {
    rounds += 1;
    const result = await runRound(arena, { daemon, corpus, number: rounds });
    lines += result.lines;
    refused += result.refused;
    compared += result.compared ? 1 : 0;
    faults.push(...result.faults);
    if (faults.length > 0) break;
    if (lines <= WARM_LINES) baseline = daemon.rssBytes;
    highest = Math.max(highest, daemon.rssBytes);
  }
  const growth = Math.round((highest - baseline) / MIB);
  if (highest - baseline > MOST_GROWTH) faults.push(`its memory grew by ${growth} MiB`);
  if (compared === 0) faults.push('no round compared the state');
  return { lines, refused, rounds, compared, 'memory growth MiB': growth, faults };
}

interface RoundOptions {
  daemon: DaemonProcess;
  corpus: ReturnType<typeof readCorpus>;
  number: number;
}

async function runRound(arena: Arena, { daemon, corpus, number }: RoundOptions): Promise<RoundResult> {
  try {
    const clients = await openRound(daemon);
    const scene = await openScene(clients.program, `round.${number}`);
    const plan = planRound(corpusOf(corpus, scene), arena.random.fork(number));
    return await new Round(daemon, clients).run(scene, plan);
  } catch (error) {
    const end = daemon.isRunning ? '' : ' and the daemon is gone';
    return { lines: 0, refused: 0, compared: false, faults: [`round ${number}: ${error}${end}`] };
  }
}

// A daemon that is well has nothing to say about bad lines.
function complaintsOf({ errorText }: DaemonProcess): string[] {
  const lines = errorText.split('\n').filter((line) => line !== '');
  return lines.filter((line) => !/"level":"(debug|info|warn)"/.test(line)).slice(0, 5);
}
