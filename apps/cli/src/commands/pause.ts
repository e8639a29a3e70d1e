import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type PlaceOptions, withControl } from '../place.ts';
import { show } from '../print/show.ts';

export interface SteerOptions extends PlaceOptions {
  reason?: string;
}

/** `proj pause` */
export async function pause(options: SteerOptions, io: Io): Promise<number> {
  const value = await withControl(options, (control) => control.pause(options.reason));
  show(io, { json: options.json, value, lines: () => ['paused: asks and traffic go on, nothing is started'] });
  return exitCodes.done;
}
