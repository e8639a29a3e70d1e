import { setTimeout as delay } from 'node:timers/promises';
import type { Arguments } from './arguments.ts';
import { Arena } from './arena.ts';
import { createRandom } from './random.ts';
import type { Figures, Outcome, Scenario } from './scenario.ts';

export interface Report {
  name: string;
  promises: readonly string[];
  size: string;
  seed: number;
  result: 'held' | 'failed' | 'not run';
  seconds: number;
  figures: Figures;
  faults: readonly string[];
}

const SHORT_MS = 180_000;
/** Whoever ends the torture ends its daemons too. */
export const endSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs one scenario in an arena of its own, prints what came of it, and leaves nothing behind. */
export async function runScenario(scenario: Scenario, { size, seed }: Arguments): Promise<Report> {
  const started = performance.now();
  const { name, promises } = scenario;
  console.log(`${name} (${promises.join(', ')}), ${size} form, --seed ${seed}`);
  const obstacle = scenario.obstacle?.();
  const { figures, faults } =
    obstacle === undefined ? await runInArena(scenario, { size, seed }) : { figures: { obstacle }, faults: [] };
  const result = obstacle !== undefined ? 'not run' : faults.length === 0 ? 'held' : 'failed';
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  const shown = Object.entries({ ...figures, seconds }).map(([what, figure]) => `${what} ${figure}`);
  console.log(`  ${result}: ${shown.join(' · ')}`);
  for (const fault of faults) console.log(`  ${fault}`);
  return { name, promises, size, seed, result, seconds, figures, faults };
}

async function runInArena(scenario: Scenario, { size, seed }: Pick<Arguments, 'size' | 'seed'>): Promise<Outcome> {
  const arena = new Arena(createRandom(seed));
  const limitMs = size === 'short' ? SHORT_MS : scenario.longMs;
  const interrupt = new AbortController();
  const told = Promise.withResolvers<never>();
  const tell = (signal: string): void => told.reject(new Error(`ended by ${signal}`));
  for (const signal of endSignals) process.once(signal, tell);
  try {
    const outcome = await Promise.race([
      scenario.run(arena, size),
      told.promise,
      delay(limitMs, undefined, { signal: interrupt.signal }).then(() => late(limitMs)),
    ]);
    await arena.close();
    return outcome;
  } catch (error) {
    await arena.close().catch((fault: unknown) => console.error(fault));
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { figures: {}, faults: [text] };
  } finally {
    interrupt.abort();
    for (const signal of endSignals) process.off(signal, tell);
  }
}

function late(limitMs: number): never {
  throw new Error(`took more than ${limitMs / 1000} s`);
}
