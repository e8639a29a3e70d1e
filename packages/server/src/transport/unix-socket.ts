import { randomBytes } from 'node:crypto';
import { chmodSync, lchownSync, lstatSync, renameSync, rmSync, type Stats } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { LocalError } from '../errors.ts';
import type { ByteStream, Listener } from './transport.ts';

// sun_path has 104 bytes on macOS and 108 on Linux, with a NUL. Node 20 cuts a longer path without a word.
const LONGEST_PATH_BYTES = 103;
// Node's own 511 refuses clients that come in a storm.
const BACKLOG = 4_096;
// A folder that is swept by age loses its sockets too.
const LOOK_EVERY_MS = 2_000;
const OWNER_ONLY = 0o177;
const OWNER_AND_GROUP = 0o660;

export interface UnixSocketOptions {
  path: string;
  /** A group whose members may use the door too. */
  gid?: number | undefined;
  onConnection: (stream: ByteStream) => void;
  onError: (error: Error) => void;
}

/**
 * Opens a door at `path` that its owner alone, and the group if one is given, can use from the first moment on. The
 * caller holds the directory's lock, so a socket of ours that nobody answers is stale and is replaced. A socket that is
 * removed while the door is open is made anew within 2 s; what somebody else puts there is left alone and reported.
 * @throws LocalError `path_too_long`, or `socket_in_use` for anything else that stands there; it is left alone.
 */
export async function listenUnixSocket(options: UnixSocketOptions): Promise<Listener> {
  refuseLongPath(options.path);
  await refuseOccupied(options.path);
  const door = { options, bound: await bind(options), isReported: false };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => look(door));
  }, LOOK_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
      close(door.bound, options.path);
    },
  };
}

interface Door {
  options: UnixSocketOptions;
  bound: Bound;
  /** What is wrong with the path was said already. */
  isReported: boolean;
}

async function look(door: Door): Promise<void> {
  const fault = await republish(door).catch((error: unknown) => asError(error));
  if (fault !== undefined && !door.isReported) door.options.onError(fault);
  door.isReported = fault !== undefined;
}

/** Makes the socket anew where it is gone. Gives what is in the way. */
async function republish(door: Door): Promise<Error | undefined> {
  const { options, bound } = door;
  const found = lstatSync(options.path, { throwIfNoEntry: false });
  if (found !== undefined) {
    return isSame(found, bound.stats) ? undefined : new Error(`${options.path} was replaced by another program`);
  }
  door.bound = await bind(options);
  // Those who came in by the old one stay.
  bound.server.close();
  return undefined;
}

interface Bound {
  server: Server;
  stats: Stats;
}

async function bind({ path, gid, onConnection, onError }: UnixSocketOptions): Promise<Bound> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  const temporary = join(dirname(path), `.${randomBytes(4).toString('hex')}`);
  await listen(server, temporary);
  server.on('error', onError);
  if (gid !== undefined) share(temporary, gid);
  const stats = lstatSync(temporary);
  renameSync(temporary, path);
  return { server, stats };
}

/** @throws LocalError `path_too_long` */
export function refuseLongPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_PATH_BYTES) return;
  const hint = `choose a shorter directory, a socket path may have ${LONGEST_PATH_BYTES} bytes`;
  throw new LocalError('path_too_long', `${path} has ${bytes} bytes: ${hint}`);
}

async function refuseOccupied(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket() || found.uid !== process.geteuid?.()) {
    throw new LocalError('socket_in_use', `${path} is there already and is no socket of ours; move it away`);
  }
  if (await isAnswered(path)) {
    throw new LocalError('socket_in_use', `${path} is served by another program; stop it or choose another directory`);
  }
}

/** Refused is the only answer of a socket whose owner is gone; anything else may be alive. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

// Binding is synchronous, so the umask is narrow for this one call only. A chmod afterwards would be too late.
async function listen(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const before = process.umask(OWNER_ONLY);
  try {
    server.listen({ path, backlog: BACKLOG });
  } finally {
    process.umask(before);
  }
  await listening;
}

function share(path: string, gid: number): void {
  lchownSync(path, -1, gid);
  chmodSync(path, OWNER_AND_GROUP);
}

function close({ server, stats }: Bound, path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && isSame(found, stats)) rmSync(path);
  // Ends when the last connection has; the daemon ends those itself.
  server.close();
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
