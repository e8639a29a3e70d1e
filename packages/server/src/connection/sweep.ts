import { performance } from 'node:perf_hooks';
import type { Limits } from '@proj/protocol';
import type { Connection } from './connection.ts';

const SLOWEST_MS = 250;
const FASTEST_MS = 10;

/** Looks at every connection's clocks, often enough for the limits in force. The returned function ends that. */
export function sweepConnections(connections: () => Iterable<Connection>, limits: () => Limits): () => void {
  let timer = setTimeout(look, intervalOf(limits()));
  function look(): void {
    const now = performance.now();
    for (const connection of connections()) connection.check(now);
    timer = setTimeout(look, intervalOf(limits()));
  }
  return () => clearTimeout(timer);
}

function intervalOf({ first_line_timeout_ms, line_timeout_ms, slow_consumer_ms }: Limits): number {
  const shortest = Math.min(first_line_timeout_ms, line_timeout_ms, slow_consumer_ms);
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, shortest / 4));
}
