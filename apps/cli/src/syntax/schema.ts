import type { Command } from 'commander';
import { branch, type Cli, leaf } from '../cli.ts';
import type { SchemaOutOptions } from '../commands/schema/export.ts';

/** `schema …` */
export function addSchemaCommands(program: Command, cli: Cli): void {
  const schema = branch(program, 'schema', 'the wire as JSON Schema and as TypeScript types');
  leaf(schema, {
    usage: 'print [name]',
    about: 'print a schema file or a definition; without a name list them',
    examples: ['proj schema print', 'proj schema print ask', 'proj schema print AskOpenRequest'],
  }).action(async (name: string | undefined, _options: unknown, self: Command) => {
    const { printSchema } = await import('../commands/schema/print.ts');
    const { json } = self.optsWithGlobals<{ json?: boolean }>();
    cli.exitCode = await printSchema(
      { ...(name !== undefined && { name }), ...(json !== undefined && { json }) },
      cli.io,
    );
  });

  leaf(schema, {
    usage: 'export',
    about: 'copy the JSON Schemas, the method and event tables and the vectors into a folder',
    examples: ['proj schema export --out schemas', 'proj schema export --out schemas --check'],
  })
    .requiredOption('--out <dir>', 'the folder; it is made where it is missing')
    .option('--check', 'write nothing; end with 1 where a file differs')
    .action(async (_options: unknown, self: Command) => {
      const { exportSchemas } = await import('../commands/schema/export.ts');
      cli.exitCode = await exportSchemas(self.optsWithGlobals<SchemaOutOptions>(), cli.io);
    });

  leaf(schema, {
    usage: 'generate',
    about: 'write the TypeScript types of the wire, proj-types.gen.ts, into a folder',
    examples: ['proj schema generate --out src/generated', 'proj schema generate --out src/generated --check'],
    notes: 'The same version of proj writes the same bytes: check them in, and run --check in CI.',
  })
    .requiredOption('--out <dir>', 'the folder; it is made where it is missing')
    .option('--check', 'write nothing; end with 1 where the file differs')
    .action(async (_options: unknown, self: Command) => {
      const { generateTypes } = await import('../commands/schema/generate.ts');
      cli.exitCode = await generateTypes(self.optsWithGlobals<SchemaOutOptions>(), cli.io);
    });
}
