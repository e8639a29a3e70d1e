import { Failure } from './failure.ts';

/**
 * Parses JSON off the command line.
 * @throws Failure (usage) naming what it should have been.
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${what}: this is not JSON`, {
      hint: 'put it in single quotes, so that the shell leaves it as it is',
    });
  }
}

/** An object of JSON, such as a payload. */
export function parseJsonObject(text: string, what: string): Record<string, unknown> {
  const value = parseJson(text, what);
  if (isObject(value)) return value;
  throw new Failure(`${what}: this is not a JSON object`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
