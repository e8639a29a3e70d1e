import type { z } from 'zod';

/** A check for zod: at most so many characters, as JSON Schema counts them. zod's own `max` counts UTF-16 units. */
export function atMost(characters: number): z.core.CheckFn<string> {
  return ({ value, issues }) => {
    if (fits(value, characters)) return;
    issues.push({ code: 'too_big', origin: 'string', maximum: characters, inclusive: true, input: value });
  };
}

function fits(value: string, characters: number): boolean {
  if (value.length <= characters) return true;
  // A character has two units at most: no need to count what is longer than that.
  return value.length <= characters * 2 && Array.from(value).length <= characters;
}
