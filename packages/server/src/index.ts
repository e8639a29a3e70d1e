export type { Clock } from './clock.ts';
export { createDaemon, type Daemon, type DaemonOptions } from './daemon.ts';
export { LocalError, type LocalErrorCode } from './errors.ts';
export type { Log, LogLevel } from './log.ts';
export type { DaemonPaths } from './paths.ts';
