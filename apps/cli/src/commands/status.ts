import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type PlaceOptions, withControl } from '../place.ts';
import { statusLines } from '../print/daemon-status.ts';
import { show } from '../print/show.ts';

/** `proj status` */
export async function status(options: PlaceOptions, io: Io): Promise<number> {
  const value = await withControl(options, (control) => control.status());
  show(io, { json: options.json, value, lines: () => statusLines(value) });
  return exitCodes.done;
}
