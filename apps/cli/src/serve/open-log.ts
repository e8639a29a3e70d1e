import type { Io } from '../io.ts';
import { humanLogLine, jsonLogLine, type LogEntry, type LogLevel } from './log-line.ts';
import { logSink } from './log-sink.ts';

export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** The daemon's log on standard error: lines for people on a terminal, else JSON. It never throws and never waits. */
export function openLog({ err }: Pick<Io, 'err'>, lowest: LogLevel = 'debug'): Log {
  const format = err.isTerminal ? humanLogLine : jsonLogLine;
  const lineOf = (entry: Omit<LogEntry, 'at'>): string => format({ at: new Date().toISOString(), ...entry });
  const sink = logSink(process.stderr, {
    droppedLine: (count) => lineOf({ level: 'warn', message: 'log lines dropped', fields: { count } }),
  });
  logWarnings((entry) => sink.write(lineOf(entry)));
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(lowest)) sink.write(lineOf({ level, message, fields }));
  };
}

// Node writes its warnings as bare text between the lines of the log.
function logWarnings(write: (entry: Omit<LogEntry, 'at'>) => void): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') write({ level: 'warn', message, fields: { warning: name } });
  });
}
