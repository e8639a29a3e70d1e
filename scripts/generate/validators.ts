import { banner } from './banner.ts';
import { fieldNames } from './field-names.ts';
import { type MethodRow, referredName, type Schema, type Schemas } from './read-schemas.ts';
import { constName, zodSource } from './zod-source.ts';

/** A zod validator for each definition. `same` makes tsc fail, naming both, where a type and its validator differ. */
export function emitValidators({ definitions }: Schemas): string {
  const head = `${banner}import { z } from 'zod';
import { atMost } from '../characters.ts';
import type * as T from './types.gen.ts';

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
type Same<A, B> = Equal<A, B> extends true ? true : { validator: A; type: B };
const same = <_T extends true>(): void => {};
`;
  const blocks = inOrder(definitions).map((name) => {
    const id = constName(name);
    const source = zodSource(definitions[name] ?? {}, name, definitions);
    return `
const ${id} = ${source};
same<Same<z.infer<typeof ${id}>, T.${name}>>();
export const ${name}Schema: z.ZodType<T.${name}> = ${id};
`;
  });
  return head + blocks.join('');
}

/** The validator of each request, by door and type, and the fields a fault may be told of. */
export function emitRequestValidators({ definitions, methods }: Schemas): string {
  const fields = fieldNames({ definitions }).map((name) => `  '${name}',\n`);
  const names = [...new Set(methods.map((row) => `${row.request}Schema`))].toSorted();
  const doors = ['runtime', 'control'].map((socket) => `  ${socket}: {\n${rowsOf(methods, socket)}  },\n`);
  return `${banner}import type { z } from 'zod';
import type { MethodType, RequestOf } from './methods.gen.ts';
import type { Socket } from './types.gen.ts';
import {
${names.map((name) => `  ${name},\n`).join('')}} from './validators.gen.ts';

/** What a request's payload has to fit, by door and type. */
export const requestValidators: {
  readonly [S in Socket]: { readonly [T in MethodType<S>]: z.ZodType<RequestOf<S, T>> };
} = {
${doors.join('')}};

/** Every field of the schemas. A path out of these and of indices tells nothing of what was sent. */
export const fieldNames: readonly string[] = [
${fields.join('')}];
`;
}

function rowsOf(methods: MethodRow[], socket: string): string {
  const rows = methods.filter((row) => row.sockets.includes(socket));
  return rows.map((row) => `    '${row.type}': ${row.request}Schema,\n`).join('');
}

// A definition has to stand above those that mention it.
function inOrder(definitions: Schemas['definitions']): string[] {
  const order = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (order.has(name)) return;
    if (path.includes(name)) throw new Error(`schemas: cycle ${[...path, name].join(' -> ')}`);
    const definition = definitions[name];
    if (!definition) throw new Error(`schemas: ${path.at(-1)} mentions ${name}, which no file defines`);
    for (const used of refsIn(definition)) visit(used, [...path, name]);
    order.add(name);
  };
  for (const name of Object.keys(definitions).toSorted()) visit(name, []);
  return [...order];
}

function refsIn(schema: Schema): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => referredName(ref ?? ''));
}
