import { methodTable } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { show } from '../../print/show.ts';
import { table } from '../../print/table.ts';

/** `proj ipc types`: the method table that this version speaks. It asks no daemon. */
export async function types(options: { json?: boolean }, io: Io): Promise<number> {
  const rows = methodTable.map(({ type, sockets, since, stability }) => [type, sockets.join(', '), since, stability]);
  show(io, {
    json: options.json,
    value: methodTable,
    lines: () => table(['TYPE', 'SOCKETS', 'SINCE', 'STABILITY'], rows),
  });
  return exitCodes.done;
}
