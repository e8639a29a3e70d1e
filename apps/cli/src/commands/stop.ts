import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { type PlaceOptions, withControl } from '../place.ts';
import { show } from '../print/show.ts';

// The daemon drains for 5 s at most.
const LONGEST_WAIT_MS = 10_000;
const LOOK_EVERY_MS = 25;

/** `proj stop`: comes back when the daemon's process is gone. */
export async function stop(options: PlaceOptions, io: Io): Promise<number> {
  const pid = await withControl(options, async (control) => {
    const { pid } = await control.status();
    await control.stop();
    return pid;
  });
  if (!(await hasEnded(pid))) {
    throw new Failure(`the daemon (pid ${pid}) took the order but is still there after 10 s`, {
      exitCode: exitCodes.internal,
      hint: 'a second SIGTERM ends it at once',
    });
  }
  show(io, { json: options.json, value: { stopped: true, pid }, lines: () => [`stopped (pid ${pid})`] });
  return exitCodes.done;
}

async function hasEnded(pid: number): Promise<boolean> {
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += LOOK_EVERY_MS) {
    if (!isAlive(pid)) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
