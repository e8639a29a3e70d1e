import type { Io } from '../../io.ts';
import { schemaFiles } from './files.ts';
import { writeFiles } from './write-files.ts';

export interface SchemaOutOptions {
  out: string;
  check?: boolean;
}

/** `proj schema export`: the JSON Schemas, the method and event tables and the vectors. */
export async function exportSchemas(options: SchemaOutOptions, io: Io): Promise<number> {
  return writeFiles(schemaFiles(), { ...options, command: `proj schema export --out ${options.out}` }, io);
}
