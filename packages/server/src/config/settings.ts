import { type Config, defaultLimits, type Durability, type Limits } from '@proj/protocol';
import type { LogLevel } from '../log.ts';

/** Every setting, with the defaults filled in. */
export interface Settings {
  limits: Limits;
  journal: { durability: Durability; max_events: number; max_age_ms: number };
  sessions: { abandon_after_ms: number };
  asks: { self_answer: 'allow' | 'refuse' };
  log: { level: LogLevel };
}

const THIRTY_DAYS_MS = 2_592_000_000;

// The journal is opened with it once.
const NEEDS_RESTART = ['journal.durability'];

export function settingsOf({ limits, journal, sessions, asks, log }: Config): Settings {
  return {
    limits: { ...defaultLimits, ...limits },
    journal: { durability: 'full', max_events: 0, max_age_ms: 0, ...journal },
    sessions: { abandon_after_ms: THIRTY_DAYS_MS, ...sessions },
    asks: { self_answer: 'allow', ...asks },
    log: { level: 'info', ...log },
  };
}

/** What differs from one to the other, as `limits.clients`: what can change now, and what only a restart changes. */
export function compareSettings(from: Settings, to: Settings): { changed: string[]; needsRestart: string[] } {
  const before = flatten(from);
  const differing = [...flatten(to)].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
  return {
    changed: differing.filter((name) => !NEEDS_RESTART.includes(name)),
    needsRestart: differing.filter((name) => NEEDS_RESTART.includes(name)),
  };
}

function flatten(settings: Settings): Map<string, unknown> {
  const sections = Object.entries<object>({ ...settings });
  return new Map(
    sections.flatMap(([section, fields]) =>
      Object.entries(fields).map(([field, value]): [string, unknown] => [`${section}.${field}`, value]),
    ),
  );
}
