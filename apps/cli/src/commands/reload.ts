import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type PlaceOptions, withControl } from '../place.ts';
import { show } from '../print/show.ts';
import { safeLine } from '../safe-text.ts';

/** `proj reload` */
export async function reload(options: PlaceOptions, io: Io): Promise<number> {
  const value = await withControl(options, (control) => control.reload());
  const { changed, needs_restart: restart } = value;
  show(io, {
    json: options.json,
    value,
    lines: () => [
      changed.length === 0 ? 'reloaded, nothing changed' : `reloaded, now in force: ${safeLine(changed.join(', '))}`,
      ...(restart.length === 0 ? [] : [`in force after a restart: ${safeLine(restart.join(', '))}`]),
    ],
  });
  return exitCodes.done;
}
