import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What generation understands of JSON Schema. A keyword that is not here is an error in validators.ts.
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  [keyword: string]: unknown;
}

export interface MethodRow {
  type: string;
  sockets: string[];
  request: string;
  reply: string;
  since: string;
  stability: 'stable' | 'planned';
}

export interface EventRow {
  type: string;
  journaled: boolean;
  payload: string;
  since: string;
}

export interface Schemas {
  definitions: Record<string, Schema>;
  methods: MethodRow[];
  events: EventRow[];
}

/** Reads every schema file into one flat table of definitions, each under its own title, and the two tables. */
export function readSchemas(dir: string): Schemas {
  const definitions = readDefinitions(dir);
  const methods: MethodRow[] = readJson(join(dir, 'methods.json'));
  const events: EventRow[] = readJson(join(dir, 'events.json'));
  for (const row of methods) for (const name of [row.request, row.reply]) mustExist(definitions, name, row.type);
  for (const row of events) mustExist(definitions, row.payload, row.type);
  return { definitions, methods, events };
}

function readDefinitions(dir: string): Record<string, Schema> {
  const definitions: Record<string, Schema> = {};
  const files = readdirSync(dir).filter((file) => file.endsWith('.schema.json'));
  for (const file of files.toSorted()) {
    const schema: Schema = readJson(join(dir, file));
    for (const [name, definition] of Object.entries(schema.$defs ?? {})) {
      if (name in definitions) throw new Error(`${file}: ${name} is defined in another file already`);
      if (definition.title !== name) throw new Error(`${file}: ${name} needs "title": "${name}"`);
      definitions[name] = definition;
    }
  }
  return definitions;
}

/** The definition a `$ref` names, whichever file it stands in. */
export function referredName(ref: string): string {
  const at = ref.indexOf('#/$defs/');
  if (at < 0) throw new Error(`$ref ${ref} does not name a definition`);
  return ref.slice(at + '#/$defs/'.length);
}

function mustExist(definitions: Record<string, Schema>, name: string, at: string): void {
  if (!(name in definitions)) throw new Error(`${at} mentions ${name}, which no file defines`);
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'));
}
