import type { Schema, Schemas } from './read-schemas.ts';

/** The name of every property in the definitions, once and in order. */
export function fieldNames({ definitions }: Pick<Schemas, 'definitions'>): string[] {
  const names = Object.values(definitions).flatMap(namesIn);
  return [...new Set(names)].toSorted();
}

function namesIn(schema: Schema): string[] {
  const { properties = {}, items, anyOf = [], oneOf = [], additionalProperties } = schema;
  const inner = [...Object.values(properties), ...anyOf, ...oneOf];
  if (items !== undefined) inner.push(items);
  if (typeof additionalProperties === 'object') inner.push(additionalProperties);
  return [...Object.keys(properties), ...inner.flatMap(namesIn)];
}
