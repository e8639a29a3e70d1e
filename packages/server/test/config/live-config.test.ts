import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { timestamp } from '../../src/clock.ts';
import { LiveConfig } from '../../src/config/live-config.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

test('it starts with what the file says, and does not start with a fault', () => {
  const { path, config } = start('limits: { clients: 3 }');
  expect(config.settings).toStrictEqual(settingsOf({ limits: { clients: 3 } }));
  writeFileSync(path, 'limits: 3');
  expect(thrownBy(() => new LiveConfig(path, new FakeClock()))).toEqual({
    code: 'config_invalid',
    message: `${path}: limits must be object`,
  });
});

test('a reload puts in force what can change, says what did, and keeps the rest', () => {
  const { path, config, clock } = start('journal: { durability: full }');
  writeFileSync(path, 'limits: { clients: 9 }\njournal: { durability: normal, max_events: 5 }');
  clock.advance(1_000);
  const reply = { changed: ['limits.clients', 'journal.max_events'], needs_restart: ['journal.durability'] };
  expect(config.reload()).toEqual(reply);
  const inForce = { limits: { clients: 9 }, journal: { durability: 'full' as const, max_events: 5 } };
  expect(config.settings).toStrictEqual(settingsOf(inForce));
  expect(config.status).toEqual({ path, loaded_at: timestamp(clock.now()) });
  expect(config.reload()).toEqual({ changed: [], needs_restart: ['journal.durability'] });
});

test('a reload of a bad file keeps the old settings and says so until a good one comes', () => {
  const { path, config, clock } = start('limits: { clients: 3 }');
  const loadedAt = timestamp(clock.now());
  writeFileSync(path, 'limits: { clients: none }');
  clock.advance(1_000);
  const message = `${path}: limits.clients must be number`;
  expect(thrownBy(() => config.reload())).toEqual({ code: 'not_configured', message });
  expect(config.settings).toStrictEqual(settingsOf({ limits: { clients: 3 } }));
  expect(config.status).toEqual({ path, loaded_at: loadedAt, error: message });
  writeFileSync(path, '');
  expect(config.reload()).toEqual({ changed: ['limits.clients'], needs_restart: [] });
  expect(config.status).toEqual({ path, loaded_at: timestamp(clock.now()) });
});

function start(text: string) {
  const path = join(tempDirectory(), 'config.yaml');
  writeFileSync(path, text);
  const clock = new FakeClock();
  return { path, clock, config: new LiveConfig(path, clock) };
}
