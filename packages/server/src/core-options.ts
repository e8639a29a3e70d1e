import type { Assurance } from '@proj/protocol';
import type { Clock } from './clock.ts';
import type { LiveConfig } from './config/live-config.ts';
import type { Sink } from './feed/cursor.ts';
import type { Journal } from './journal/journal.ts';
import type { Log } from './log.ts';

/** What the core is given of the world around it. */
export interface CoreOptions {
  journal: Journal;
  config: LiveConfig;
  clock: Clock;
  log: Log;
  version: string;
  dir: string;
  /** The level in force now. */
  assurance: () => Assurance;
  sinkOf: (clientId: string) => Sink | undefined;
  stop: () => void;
}
