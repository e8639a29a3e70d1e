import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that holds the directories of all scenarios of this run. */
    root: string;
  }
}

/** Gives the run a folder of its own, short enough for sockets below it, and fails when anything is left of it. */
export function setup({ provide }: TestProject): () => void {
  const root = mkdtempSync('/tmp/pe-');
  provide('root', root);
  return () => {
    const survivors = processesNaming(root);
    if (survivors.length > 0) throw new Error(`still running: ${survivors.join('; ')}`);
    // Fails where a scenario has left something in it.
    rmdirSync(root);
  };
}

function processesNaming(root: string): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `${pid} ${commandLine(pid)}`)
    .filter((line) => line.includes(root));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
  } catch {
    // It ended while it was looked at.
    return '';
  }
}
