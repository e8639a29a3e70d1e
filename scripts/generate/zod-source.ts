import { referredName, type Schema, type Schemas } from './read-schemas.ts';

const ANNOTATIONS = ['title', 'description', 'default'];

export function constName(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}_`;
}

/**
 * The zod expression that checks what the schema says. A keyword it does not translate is an error, wherever it
 * stands: a validator never silently checks less than its schema.
 */
export function zodSource(schema: Schema, at: string, definitions: Schemas['definitions']): string {
  const nested = (inner: Schema, step: string): string => zodSource(inner, `${at}/${step}`, definitions);
  if (schema.$ref !== undefined) return only(schema, at, ['$ref'], constName(referredName(schema.$ref)));
  if ('const' in schema) return only(schema, at, ['const'], `z.literal(${JSON.stringify(schema.const)})`);
  if (schema.enum) return only(schema, at, ['enum'], `z.literal(${JSON.stringify(schema.enum)})`);
  if (schema.anyOf)
    return only(
      schema,
      at,
      ['anyOf'],
      `z.union([${schema.anyOf.map((member, i) => nested(member, `${i}`)).join(', ')}])`,
    );
  if (schema.oneOf) return only(schema, at, ['oneOf'], union(schema.oneOf, at, definitions));
  if (schema.type !== undefined) return typed(schema, at, nested);
  return only(schema, at, [], 'z.unknown()');
}

function union(members: Schema[], at: string, definitions: Schemas['definitions']): string {
  if (members.every((member) => 'const' in member)) {
    return `z.literal(${JSON.stringify(members.map((member) => only(member, at, ['const'], member.const)))})`;
  }
  const shapes = members.map((member) => zodSource(member, at, definitions));
  return `z.discriminatedUnion(${JSON.stringify(tagOf(members, at, definitions))}, [${shapes.join(', ')}])`;
}

// The tag is a required const property with another value in each member, or an earlier union's tag.
function tagOf(members: Schema[], at: string, definitions: Schemas['definitions']): string {
  const shapes = members.map((member) => (member.$ref ? (definitions[referredName(member.$ref)] ?? {}) : member));
  const tag = Object.keys(shapes[0]?.properties ?? {}).find((key) => {
    const values = shapes.map((shape) => (shape.required?.includes(key) ? shape.properties?.[key]?.const : undefined));
    return new Set(values.filter((value) => value !== undefined)).size === members.length;
  });
  if (tag === undefined) throw new Error(`${at}: oneOf needs a required const property that differs in each member`);
  return tag;
}

type Nested = (inner: Schema, step: string) => string;

function typed(schema: Schema, at: string, nested: Nested): string {
  switch (schema.type) {
    case 'string':
      return only(schema, at, ['type', 'minLength', 'maxLength', 'pattern'], stringSource(schema, at));
    case 'integer':
      return only(schema, at, ['type', 'minimum', 'maximum'], integerSource(schema, at));
    case 'number':
      return only(schema, at, ['type', 'minimum', 'maximum'], `z.number()${bounds(schema, 'minimum', 'maximum')}`);
    case 'boolean':
    case 'null':
      return only(schema, at, ['type'], `z.${schema.type}()`);
    case 'array': {
      const items = `z.array(${nested(schema.items ?? {}, 'items')})${bounds(schema, 'minItems', 'maxItems')}`;
      return only(schema, at, ['type', 'items', 'minItems', 'maxItems'], items);
    }
    case 'object':
      return only(
        schema,
        at,
        ['type', 'properties', 'required', 'additionalProperties'],
        objectSource(schema, at, nested),
      );
    default:
      throw new Error(`${at}: type ${JSON.stringify(schema.type)} is not supported by scripts/generate`);
  }
}

// JSON Schema counts characters, zod UTF-16 units: up to 1 it is the same.
function stringSource(schema: Schema, at: string): string {
  const { minLength = 0, maxLength, pattern } = schema;
  if (Number(minLength) > 1) throw new Error(`${at}: minLength above 1 is not supported by scripts/generate`);
  const low = minLength === 1 ? '.min(1)' : '';
  const high = maxLength === undefined ? '' : `.check(atMost(${Number(maxLength)}))`;
  const regex = pattern === undefined ? '' : `.regex(new RegExp(${JSON.stringify(pattern)}, 'u'))`;
  return `z.string()${low}${high}${regex}`;
}

// zod's integers are safe ones, those of JSON Schema have no end.
function integerSource(schema: Schema, at: string): string {
  const ends = [schema['minimum'], schema['maximum']];
  if (!ends.every(Number.isSafeInteger)) throw new Error(`${at}: an integer needs "minimum" and "maximum", both safe`);
  return `z.int()${bounds(schema, 'minimum', 'maximum')}`;
}

function bounds(schema: Schema, low: string, high: string): string {
  return (low in schema ? `.min(${schema[low]})` : '') + (high in schema ? `.max(${schema[high]})` : '');
}

function objectSource(schema: Schema, at: string, nested: Nested): string {
  const { properties = {}, required = [], additionalProperties: extra } = schema;
  if (Object.keys(properties).length === 0 && extra) {
    return `z.record(z.string(), ${extra === true ? 'z.unknown()' : nested(extra, 'additionalProperties')})`;
  }
  if (typeof extra !== 'boolean') throw new Error(`${at}: say "additionalProperties": true or false`);
  const missing = required.find((key) => !(key in properties));
  if (missing !== undefined) throw new Error(`${at}: "${missing}" is required but has no schema`);
  const lines = Object.entries(properties).map(([key, value]) => {
    const inner = nested(value, key);
    return `  ${JSON.stringify(key)}: ${required.includes(key) ? present(inner) : `z.exactOptional(${inner})`},\n`;
  });
  return `z.${extra ? 'looseObject' : 'strictObject'}({\n${lines.join('')}})`;
}

// zod takes a missing key for an `undefined` that z.unknown() lets pass: a required "any JSON" must be there.
function present(inner: string): string {
  return inner === 'z.unknown()' ? 'z.unknown().refine((value): boolean => value !== undefined)' : inner;
}

function only<T>(schema: Schema, at: string, keywords: string[], result: T): T {
  const stray = Object.keys(schema).find((key) => !ANNOTATIONS.includes(key) && !keywords.includes(key));
  if (stray !== undefined) throw new Error(`${at}: keyword "${stray}" is not supported here by scripts/generate`);
  return result;
}
