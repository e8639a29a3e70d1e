import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits } from '../src/index.ts';
import { schemasDir } from './vectors.ts';

test('the defaults are these', () => {
  expect(defaultLimits).toEqual({
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
  });
});

test('the schema of the configuration says the same', () => {
  const { $defs } = JSON.parse(readFileSync(join(schemasDir, 'config.schema.json'), 'utf8'));
  const properties: Record<string, { default: number }> = $defs.ConfigLimits.properties;
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.default]));
  expect(defaults).toEqual(defaultLimits);
});
