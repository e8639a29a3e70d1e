import type { Io } from '../../io.ts';
import type { SchemaOutOptions } from './export.ts';
import { typesFile } from './files.ts';
import { writeFiles } from './write-files.ts';

/** `proj schema generate`: the TypeScript types of the wire, the same bytes for the same version of proj. */
export async function generateTypes(options: SchemaOutOptions, io: Io): Promise<number> {
  return writeFiles([typesFile()], { ...options, command: `proj schema generate --out ${options.out}` }, io);
}
