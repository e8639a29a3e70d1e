import { readlinkSync } from 'node:fs';

/** Who this command says it is in the audit: `cli:pts3` on a terminal, where the system tells its name, else `cli`. */
export function channelId(): string {
  const terminal = terminalName();
  return terminal === undefined ? 'cli' : `cli:${terminal}`;
}

function terminalName(): string | undefined {
  try {
    const path = readlinkSync('/proc/self/fd/0');
    return path.startsWith('/dev/') && process.stdin.isTTY ? path.slice('/dev/'.length).replaceAll('/', '') : undefined;
  } catch {
    // No /proc: not Linux.
    return undefined;
  }
}
