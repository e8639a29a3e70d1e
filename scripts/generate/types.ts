import { compile } from 'json-schema-to-typescript';
import { banner } from './banner.ts';
import { referredName, type Schema, type Schemas } from './read-schemas.ts';

/** TypeScript types of all definitions, by json-schema-to-typescript over one schema that mentions each. */
export async function emitTypes({ definitions }: Schemas): Promise<string> {
  const names = Object.keys(definitions).toSorted();
  const $defs = Object.fromEntries(names.map((name) => [name, hinted(definitions[name] ?? {})]));
  const all = { title: 'All__', anyOf: names.map((name) => ({ $ref: `#/$defs/${name}` })), $defs };
  const types = await compile(all, 'All__', {
    bannerComment: '',
    additionalProperties: false,
    // Otherwise `maxItems: 8` becomes nine tuple types.
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: false,
    style: { singleQuote: true, printWidth: 120 },
  });
  return `${banner}${types.replace(/export type All__ =[^;]*;\n/, '').trimEnd()}\n`;
}

// The library inlines a `$ref` that has a description beside it, takes a schema without a type for an open object
// and `{}` for one with unknown keys: `tsType` tells it better.
function hinted(schema: Schema): Schema {
  const hint = tsType(schema);
  if (hint !== undefined) return { ...pick(schema, 'title'), ...pick(schema, 'description'), tsType: hint };
  const copy = { ...schema };
  if (schema.properties) copy.properties = mapValues(schema.properties, hinted);
  if (schema.items) copy.items = hinted(schema.items);
  if (schema.oneOf) copy.oneOf = schema.oneOf.map(hinted);
  if (schema.anyOf) copy.anyOf = schema.anyOf.map(hinted);
  if (typeof schema.additionalProperties === 'object') copy.additionalProperties = hinted(schema.additionalProperties);
  return copy;
}

function tsType(schema: Schema): string | undefined {
  if (schema.$ref !== undefined) return referredName(schema.$ref);
  if (Object.keys(schema).every((key) => ['title', 'description', 'default'].includes(key))) return 'unknown';
  if (schema.type !== 'object' || Object.keys(schema.properties ?? {}).length > 0) return undefined;
  if (schema.additionalProperties === false) return 'Record<string, never>';
  if (schema.additionalProperties === true) return 'Record<string, unknown>';
  return undefined;
}

function pick(schema: Schema, key: 'title' | 'description'): Schema {
  return schema[key] === undefined ? {} : { [key]: schema[key] };
}

function mapValues(of: Record<string, Schema>, change: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value)]));
}
