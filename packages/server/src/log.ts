export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the daemon's own story goes. It must not throw and must not wait. */
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A log that leaves out what is below the level in force. */
export function atLevel(log: Log, level: () => LogLevel): Log {
  return (each, message, fields) => {
    if (ORDER.indexOf(each) >= ORDER.indexOf(level())) log(each, message, fields);
  };
}
