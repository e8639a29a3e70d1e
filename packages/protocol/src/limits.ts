import type { Limits } from './generated/types.gen.ts';

/** The limits a daemon has unless its configuration says otherwise. `hello` reports those in force. */
export const defaultLimits: Limits = {
  frame_bytes: 1_048_576,
  ask_bytes: 65_536,
  metadata_bytes: 8_192,
  depth: 64,
  clients: 1_024,
  in_flight: 256,
  waits: 256,
  asks_per_session: 10,
  pending_asks: 1_000,
  live_sessions: 10_000,
  first_line_timeout_ms: 5_000,
  line_timeout_ms: 5_000,
  outbox_bytes: 1_048_576,
  slow_consumer_ms: 10_000,
  lines_per_second: 0,
};
