import { lstatSync, readFileSync, type Stats } from 'node:fs';

// Where SQLite locks a file that one connection holds for itself.
const PENDING_BYTE = 0x40000000;

/**
 * The process that holds an exclusive transaction on a SQLite file, as the system's table of locks says: on Linux, and
 * where it lives in the same pid namespace. Undefined where nobody can be named.
 */
export function lockHolder(path: string): number | undefined {
  try {
    return holderOf(lstatSync(path), readFileSync('/proc/locks', 'latin1'));
  } catch {
    return undefined;
  }
}

function holderOf({ dev, ino }: Stats, locks: string): number | undefined {
  const place = `${hex(majorOf(dev))}:${hex(minorOf(dev))}:${ino} ${PENDING_BYTE} `;
  const row = locks.split('\n').find((line) => line.includes(' WRITE ') && line.includes(` ${place}`));
  const pid = Number(/ WRITE (\d+) /.exec(row ?? '')?.[1]);
  return pid > 0 ? pid : undefined;
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}

function majorOf(dev: number): number {
  return (dev >>> 8) & 0xfff;
}

function minorOf(dev: number): number {
  return (dev & 0xff) | ((dev >>> 12) & 0xfff00);
}
