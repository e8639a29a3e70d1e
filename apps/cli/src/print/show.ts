import type { Io } from '../io.ts';
import { jsonLine } from './json.ts';

export interface Shown {
  json?: boolean | undefined;
  /** What `--json` prints, on one line. */
  value: object;
  /** What people read. */
  lines: () => string[];
}

/** Prints a result: one line of JSON with `--json`, else lines for people. */
export function show(io: Io, { json, value, lines }: Shown): void {
  if (json === true) io.out.line(jsonLine(value));
  else for (const line of lines()) io.out.line(line);
}
