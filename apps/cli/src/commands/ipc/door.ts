import { locateDaemon } from '@proj/client';
import type { Socket } from '@proj/protocol';
import { Failure } from '../../failure.ts';
import type { PlaceOptions } from '../../place.ts';

export interface DoorOptions extends PlaceOptions {
  runtime?: boolean;
  control?: boolean;
}

/** The socket file a raw tool speaks to: `--socket`, else the door asked for, else the given one. */
export function doorPath(options: DoorOptions, usual: Socket): string {
  if (options.runtime === true && options.control === true) throw new Failure('give --runtime or --control, not both');
  if (options.socket !== undefined) return options.socket;
  const { runtimeSocket, controlSocket } = locateDaemon(options.dir === undefined ? {} : { dir: options.dir });
  const door = options.runtime === true ? 'runtime' : options.control === true ? 'control' : usual;
  return door === 'runtime' ? runtimeSocket : controlSocket;
}
