import { readFileSync } from 'node:fs';

// No process stands deeper than that; a pid that was given away meanwhile must not make a ring.
const DEEPEST = 64;

/** The process and its ancestors, the nearest first, as far as the system tells: on Linux. */
export function lineageOf(pid: number): number[] {
  const lineage: number[] = [];
  for (let at: number | undefined = pid; at !== undefined && at > 1 && lineage.length < DEEPEST; at = parentOf(at)) {
    lineage.push(at);
  }
  return lineage;
}

/** A variable of the environment that a process was started with; undefined where it cannot be read. */
export function variableOf(pid: number, name: string): string | undefined {
  const start = `${name}=`;
  const found = readOrEmpty(`/proc/${pid}/environ`)
    .split('\0')
    .find((entry) => entry.startsWith(start));
  return found?.slice(start.length);
}

// The name in brackets may hold anything, brackets too.
function parentOf(pid: number): number | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return Number.isSafeInteger(parent) ? parent : undefined;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
