import type { DaemonStatus } from '@proj/protocol';
import { formatElapsed } from '../elapsed.ts';
import { safeLine } from '../safe-text.ts';
import { count } from './session-list.ts';
import { shortId } from './short-id.ts';

/** The state of a daemon, a subject a line. */
export function statusLines(status: DaemonStatus): string[] {
  const { sessions, clients, journal, config } = status;
  const rows = [
    [
      'state',
      `${status.state}, up ${formatElapsed(status.uptime_secs * 1000)}, pid ${status.pid}, version ${status.version}`,
    ],
    ['directory', status.dir],
    ['asks', `${status.pending_asks} pending`],
    ['sessions', `${sessions.live} live of ${sessions.total}${latest(status)}`],
    ['clients', `${clients.runtime} on runtime, ${clients.control} on control`],
    ['journal', `${count(status.saves_count, 'event')}, ${bytesText(journal.bytes)}, durability ${journal.durability}`],
    ['assurance', status.assurance],
    ['config', config.path],
    ...(config.error === undefined ? [] : [['', `not in force: ${config.error}`]]),
  ];
  return rows.map(([label = '', text = '']) => `${label.padEnd(10)} ${safeLine(text)}`.trimEnd());
}

function latest({ current_session: session }: DaemonStatus): string {
  return session === null ? '' : `, latest ${shortId(session)}`;
}

/** Bytes for people: "512 B", "1.5 KiB", "3.0 MiB". */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]}`;
}
