import { sendIpcRequest } from '@proj/client';
import { methodTable, type Socket } from '@proj/protocol';
import { parseDuration } from '../../duration.ts';
import { exitCodes } from '../../exit-codes.ts';
import { exitCodeOfError } from '../../explain-failure.ts';
import type { Io } from '../../io.ts';
import { parseJsonObject } from '../../json-value.ts';
import { jsonLine } from '../../print/json.ts';
import { type DoorOptions, doorPath } from './door.ts';

export interface SendOptions extends DoorOptions {
  type: string;
  /** A JSON object; `-` reads it from standard input; left out, it is empty. */
  payload?: string;
  /** How long to wait for the reply; 5 s by default. */
  timeout?: string;
}

/** `proj ipc send`: prints the reply line, also where it says no. */
export async function send(options: SendOptions, io: Io): Promise<number> {
  const text = options.payload === '-' ? await io.readStdin() : options.payload;
  const envelope = {
    v: 1 as const,
    id: '1',
    type: options.type,
    ...(text !== undefined && { payload: parseJsonObject(text, 'the payload') }),
  };
  const timeout = options.timeout === undefined ? {} : { timeoutMs: parseDuration(options.timeout) };
  const reply = await sendIpcRequest(doorPath(options, doorOf(options.type)), envelope, timeout);
  io.out.line(jsonLine(reply));
  return reply.ok ? exitCodes.done : exitCodeOfError(reply.error.code);
}

/** The door that offers a type; control where both do, and for types not in the table. */
function doorOf(type: string): Socket {
  const rows = methodTable.filter((row) => row.type === type);
  return rows.length > 0 && rows.every(({ sockets }) => !sockets.includes('control')) ? 'runtime' : 'control';
}
