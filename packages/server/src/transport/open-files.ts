import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from '@proj/protocol';

// What the daemon opens later for itself: the journal anew after a fault, its files, clients on their way out.
const SPARE = 16;
// So that an operator gets in when programs have taken the rest.
const FOR_OPERATORS = 16;

/**
 * How many clients may be connected in all for one more to come in by a door, with the files this process may have
 * open. Beyond that the system would close a new client without a word. Infinity where the system does not tell.
 */
export function clientsByOpenFiles(): Record<Socket, number> {
  const room = openFilesLimit() - openFiles() - SPARE;
  return { runtime: room - FOR_OPERATORS, control: room };
}

// Node raises the soft limit to the hard one at its start.
function openFilesLimit(): number {
  const line = /^Max open files\s+(\d+)/m.exec(readOrEmpty('/proc/self/limits'));
  return line === null ? Number.POSITIVE_INFINITY : Number(line[1]);
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
