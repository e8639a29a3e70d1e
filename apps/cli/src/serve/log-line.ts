import { jsonLine } from '../print/json.ts';
import { safeLine } from '../safe-text.ts';
import { clockTime } from '../print/clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogEntry {
  at: string;
  level: LogLevel;
  message: string;
  fields: Readonly<Record<string, unknown>>;
}

/** An entry as one line of JSON in printable ASCII. */
export function jsonLogLine({ at, level, message, fields }: LogEntry): string {
  return jsonLine({ at, level, message, ...fields });
}

/** An entry as a line for people: time, level, message, then `name=value`. */
export function humanLogLine({ at, level, message, fields }: LogEntry): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${fieldText(value)}`);
  return `${clockTime(at)} ${level.padEnd(5)} ${safeLine(message)}${safeLine(rest.join(''))}`;
}

function fieldText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && /^[^\s"=]+$/.test(value)
    ? value
    : jsonLine({ value }).slice('{"value":'.length, -1);
}
