import type { Ask } from '@proj/protocol';
import { jsonLine } from './json.ts';

/** An answer's value as a script reads it: yes or no, the words themselves, one line a chosen option, else JSON. */
export function valueText(kind: Ask['kind'], value: unknown): string {
  if (kind === 'approval') return value === true ? 'yes' : 'no';
  if (kind === 'choice' && Array.isArray(value)) return value.map(plain).join('\n');
  return plain(value);
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? jsonLine(value) : String(value);
}
