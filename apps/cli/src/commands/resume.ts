import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { withControl } from '../place.ts';
import { show } from '../print/show.ts';
import type { SteerOptions } from './pause.ts';

/** `proj resume` */
export async function resume(options: SteerOptions, io: Io): Promise<number> {
  const value = await withControl(options, (control) => control.resume(options.reason));
  show(io, { json: options.json, value, lines: () => [`resumed: ${value.state}`] });
  return exitCodes.done;
}
