import { sendIpcRequest } from '@proj/client';
import { ProtocolError } from '@proj/protocol';
import { exitCodes } from '../../exit-codes.ts';
import type { Io } from '../../io.ts';
import { show } from '../../print/show.ts';
import { type DoorOptions, doorPath } from './door.ts';

/** `proj ipc ping`: one connection, one line out, one reply. */
export async function ping(options: DoorOptions, io: Io): Promise<number> {
  const socket = doorPath(options, 'control');
  const began = performance.now();
  const reply = await sendIpcRequest(socket, { v: 1, id: 'ping', type: 'ping' });
  const tookMs = Math.round((performance.now() - began) * 1000) / 1000;
  if (!reply.ok) throw ProtocolError.fromBody(reply.error);
  show(io, {
    json: options.json,
    value: { ...reply.payload, socket, took_ms: tookMs },
    lines: () => [`pong from ${socket} in ${tookMs.toFixed(1)} ms, connecting included`],
  });
  return exitCodes.done;
}
