import { type ConnectOptions, type Control, connectControl, connectRuntime, type Runtime } from '@proj/client';
import { channelId } from './channel-id.ts';
import type { Io } from './io.ts';
import { cliVersion } from './version.ts';

/** Where the daemon is and how to print: the options that every command has. */
export interface PlaceOptions {
  /** `--dir`; left out, PROJ_DIR or the default directory. */
  dir?: string;
  /** `--socket`, of the commands that have it. */
  socket?: string;
  json?: boolean;
}

/** Runs a job on control.sock, and closes the connection whatever comes of it. One that breaks is not mended. */
export async function withControl<T>(place: PlaceOptions, job: (control: Control) => Promise<T>): Promise<T> {
  const control = await connectControl({ ...connectOptions(place), reconnect: false });
  try {
    return await job(control);
  } finally {
    await control.close();
  }
}

/** The same with a connection that comes back by itself, for commands that stay. */
export async function withLastingControl<T>(
  place: PlaceOptions,
  io: Io,
  job: (control: Control) => Promise<T>,
): Promise<T> {
  const control = await connectControl({ ...connectOptions(place), onStateChange: tellBreaks(io) });
  try {
    return await job(control);
  } finally {
    await control.close();
  }
}

/** Runs a job on runtime.sock, over a connection that comes back by itself. */
export async function withRuntime<T>(place: PlaceOptions, io: Io, job: (runtime: Runtime) => Promise<T>): Promise<T> {
  const runtime = await connectRuntime({ ...connectOptions(place), onStateChange: tellBreaks(io) });
  try {
    return await job(runtime);
  } finally {
    await runtime.close();
  }
}

function tellBreaks(io: Io): NonNullable<ConnectOptions['onStateChange']> {
  let broken = false;
  return (state) => {
    if (state === 'reconnecting' && !broken) io.err.line('the daemon is gone, waiting for it to come back');
    if (state === 'connected' && broken) io.err.line('the daemon is back');
    if (state !== 'connecting') broken = state === 'reconnecting';
  };
}

function connectOptions({ dir, socket }: PlaceOptions): ConnectOptions {
  return {
    client: `proj/${cliVersion()}`,
    channelId: channelId(),
    ...(dir !== undefined && { dir }),
    ...(socket !== undefined && { socketPath: socket }),
  };
}
