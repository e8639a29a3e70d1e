import { defaultLimits } from '@proj/protocol';
import { expect, test } from 'vitest';
import { compareSettings, settingsOf } from '../../src/config/settings.ts';

const defaults = {
  limits: defaultLimits,
  journal: { durability: 'full', max_events: 0, max_age_ms: 0 },
  sessions: { abandon_after_ms: 2_592_000_000 },
  asks: { self_answer: 'allow' },
  log: { level: 'info' },
};

test('an empty configuration is the defaults', () => {
  expect(settingsOf({})).toStrictEqual(defaults);
  expect(settingsOf({ limits: {}, journal: {}, sessions: {}, asks: {}, log: {} })).toStrictEqual(defaults);
});

test('what is given is given, the rest is the defaults', () => {
  const config = {
    limits: { clients: 3 },
    journal: { max_events: 9 },
    sessions: { abandon_after_ms: 1_000 },
    asks: { self_answer: 'refuse' as const },
    log: { level: 'error' as const },
  };
  expect(settingsOf(config)).toStrictEqual({
    limits: { ...defaultLimits, clients: 3 },
    journal: { durability: 'full', max_events: 9, max_age_ms: 0 },
    sessions: { abandon_after_ms: 1_000 },
    asks: { self_answer: 'refuse' },
    log: { level: 'error' },
  });
});

test('a comparison names what can change now and what only a restart changes', () => {
  const from = settingsOf({ limits: { clients: 3 } });
  const to = settingsOf({
    limits: { waits: 1 },
    journal: { durability: 'normal', max_events: 1 },
    log: { level: 'warn' },
  });
  expect(compareSettings(from, to)).toEqual({
    changed: ['limits.clients', 'limits.waits', 'journal.max_events', 'log.level'],
    needsRestart: ['journal.durability'],
  });
  expect(compareSettings(to, to)).toEqual({ changed: [], needsRestart: [] });
});
