import { parseArgs } from 'node:util';
import type { Size } from './scenario.ts';

export interface Arguments {
  size: Size;
  /** Names of scenarios; all where there are none. */
  only: readonly string[];
  seed: number;
  /** Where the figures go as JSON. */
  json: string | undefined;
  list: boolean;
}

const LARGEST_SEED = 0xffff_ffff;

/** @throws Error that says what is wrong with them. */
export function readArguments(argv: readonly string[], randomSeed: () => number): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? randomSeed() : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED) {
    throw new Error(`--seed takes a whole number up to ${LARGEST_SEED}`);
  }
  const { short, only, json, list } = values;
  return { size: short ? 'short' : 'long', only, seed, json, list };
}
