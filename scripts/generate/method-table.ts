import { banner } from './banner.ts';
import type { EventRow, MethodRow, Schemas } from './read-schemas.ts';

const SOCKETS = ['runtime', 'control'];

/** The method table as data, and the types that look a request and a reply up by door and type. */
export function emitMethodTable({ methods }: Schemas): string {
  for (const socket of SOCKETS) refuseTwice(methods.filter((row) => row.sockets.includes(socket)));
  return `${banner}import type * as T from './types.gen.ts';

export interface MethodRow {
  readonly type: string;
  readonly sockets: readonly T.Socket[];
  readonly since: string;
  /** A \`planned\` type keeps its name; no daemon of this version offers it. */
  readonly stability: 'stable' | 'planned';
}

export const methodTable: readonly MethodRow[] = [
${methods.map(tableLine).join('')}];

/** Request and reply of each type, by door. */
export interface Methods {
${SOCKETS.map((socket) => `  ${socket}: {\n${typeLines(methods, socket, 'stable')}${typeLines(methods, socket, 'planned')}  };\n`).join('')}}

/** The types of a door that a daemon of this version offers. */
export interface BuiltTypes {
${SOCKETS.map((socket) => `  ${socket}:\n${builtLines(methods, socket)};\n`).join('')}}

export type MethodType<S extends T.Socket> = keyof Methods[S] & string;
export type BuiltType<S extends T.Socket> = BuiltTypes[S];
type Row<S extends T.Socket, M extends MethodType<S>> = Methods[S][M] extends infer R extends { request: unknown; reply: unknown } ? R : never;
export type RequestOf<S extends T.Socket, M extends MethodType<S>> = Row<S, M>['request'];
export type ReplyOf<S extends T.Socket, M extends MethodType<S>> = Row<S, M>['reply'];
`;
}

/** The event table as data, and the type of each event's payload. */
export function emitEventTable({ events }: Schemas): string {
  refuseTwice(events);
  const types = (journaled: boolean): string =>
    events
      .filter((row) => row.journaled === journaled)
      .map((row) => `  '${row.type}': T.${row.payload};\n`)
      .join('');
  return `${banner}import type * as T from './types.gen.ts';

/** Payloads of the events that stand in the journal. */
export interface JournaledPayloads {
${types(true)}}

/** Payloads of the pushes, which have no \`seq\` and are not replayed. */
export interface PushPayloads {
${types(false)}}

export type JournaledType = keyof JournaledPayloads;
export type PushType = keyof PushPayloads;

export const journaledTypes: readonly JournaledType[] = [
${events
  .filter((row) => row.journaled)
  .map((row) => `  '${row.type}',\n`)
  .join('')}];

export const pushTypes: readonly PushType[] = [
${events
  .filter((row) => !row.journaled)
  .map((row) => `  '${row.type}',\n`)
  .join('')}];
`;
}

function tableLine({ type, sockets, since, stability }: MethodRow): string {
  const doors = sockets.map((socket) => `'${socket}'`).join(', ');
  return `  { type: '${type}', sockets: [${doors}], since: '${since}', stability: '${stability}' },\n`;
}

function typeLines(methods: MethodRow[], socket: string, stability: string): string {
  const rows = methods.filter((row) => row.sockets.includes(socket) && row.stability === stability);
  return rows.map((row) => `    '${row.type}': { request: T.${row.request}; reply: T.${row.reply} };\n`).join('');
}

function builtLines(methods: MethodRow[], socket: string): string {
  const built = methods.filter((row) => row.sockets.includes(socket) && row.stability === 'stable');
  return built.map((row) => `    | '${row.type}'`).join('\n');
}

function refuseTwice(rows: (MethodRow | EventRow)[]): void {
  const types = rows.map((row) => row.type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice !== undefined) throw new Error(`schemas: ${twice} stands twice in its table`);
}
