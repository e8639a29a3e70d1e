import { randomBytes } from 'node:crypto';

/** An id with 128 random bits: unguessable, so that it is the right to use the thing on runtime.sock. */
export function newId(noun: 'ses' | 'ask' | 'cli'): string {
  return `${noun}_${randomBytes(16).toString('hex')}`;
}
