import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { isObject } from '../../json-value.ts';
import { show } from '../../print/show.ts';
import { schemaFiles, type SchemaFile } from './files.ts';

export interface SchemaPrintOptions {
  /** A file (`ask`, `methods`) or a definition (`Ask`, `AskOpenRequest`). */
  name?: string;
  json?: boolean;
}

/** `proj schema print`: a file as it is, a definition, or without a name the list of both. */
export async function printSchema({ name, json }: SchemaPrintOptions, io: Io): Promise<number> {
  const files = schemaFiles().filter(({ path }) => !path.includes('/'));
  if (name === undefined) {
    const value = files.map((file) => ({ name: stem(file), definitions: Object.keys(definitionsOf(file)) }));
    show(io, {
      json,
      value,
      lines: () => value.map((row) => `${row.name.padEnd(14)} ${row.definitions.join(' ')}`.trimEnd()),
    });
    return exitCodes.done;
  }
  const text = find(files, name);
  show(io, { json, value: JSON.parse(text), lines: () => [text.trimEnd()] });
  return exitCodes.done;
}

function find(files: SchemaFile[], name: string): string {
  const file = files.find((each) => stem(each) === name || each.path === name);
  if (file) return file.text;
  for (const each of files) {
    const definition = definitionsOf(each)[name];
    if (definition !== undefined) return JSON.stringify(definition, null, 2);
  }
  throw new Failure('no schema has this name', { hint: 'proj schema print lists the names' });
}

function stem({ path }: SchemaFile): string {
  return path.replace(/(\.schema)?\.json$/, '');
}

function definitionsOf({ text }: SchemaFile): Record<string, unknown> {
  const schema: unknown = JSON.parse(text);
  return isObject(schema) && isObject(schema['$defs']) ? schema['$defs'] : {};
}
