import { lstatSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { ClientError } from './errors.ts';

/** Where a daemon keeps what it has. All paths are absolute. */
export interface DaemonPlaces {
  /** The socket for programs. */
  runtimeSocket: string;
  /** The socket for operators. */
  controlSocket: string;
  /** Where a daemon started here binds its sockets; a running one may say otherwise in its `daemon.json`. */
  socketDir: string;
  /** Where journal, lock and `daemon.json` are. */
  stateDir: string;
  configPath: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the daemon's sockets and files. Looks at the file system, creates nothing; the daemon need not run.
 *
 * With `dir`, or `PROJ_DIR` in the environment, everything is in that directory. Else the state is in
 * `$XDG_STATE_HOME/proj` (`~/.local/state/proj`), the configuration is `$XDG_CONFIG_HOME/proj/config.yaml`
 * (`~/.config`), and the sockets are where the `daemon.json` beside the state says, or in `$XDG_RUNTIME_DIR/proj`, or
 * in `proj-UID` under the temporary folder. `PROJ_RUNTIME_SOCKET` then replaces the runtime socket.
 * @throws ClientError `directory_unsafe` when the directory under the temporary folder is not ours alone.
 */
export function locateDaemon({ dir }: { dir?: string } = {}, env: Environment = process.env): DaemonPlaces {
  const chosen = given(dir) ?? given(env['PROJ_DIR']);
  return chosen === undefined ? locateDefault(env) : locateIn(resolve(chosen));
}

function locateIn(dir: string): DaemonPlaces {
  return { ...socketsIn(dir), socketDir: dir, stateDir: dir, configPath: join(dir, 'config.yaml') };
}

function locateDefault(env: Environment): DaemonPlaces {
  const home = given(env['HOME']) ?? homedir();
  const stateDir = join(absolute(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state'), 'proj');
  const configPath = join(absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'proj', 'config.yaml');
  const socketDir = findSocketDir(env);
  const sockets = readDaemonFile(stateDir) ?? socketsIn(socketDir);
  const runtimeSocket = given(env['PROJ_RUNTIME_SOCKET']) ?? sockets.runtimeSocket;
  return { runtimeSocket, controlSocket: sockets.controlSocket, socketDir, stateDir, configPath };
}

function socketsIn(dir: string): Pick<DaemonPlaces, 'runtimeSocket' | 'controlSocket'> {
  return { runtimeSocket: join(dir, 'runtime.sock'), controlSocket: join(dir, 'control.sock') };
}

function findSocketDir(env: Environment): string {
  const runtimeDir = absolute(env['XDG_RUNTIME_DIR']);
  return runtimeDir === undefined ? privateTemporaryDir(env) : join(runtimeDir, 'proj');
}

/** Anyone can make a directory of this name first, so one that is there must be ours and closed to others. */
function privateTemporaryDir(env: Environment): string {
  const uid = process.getuid?.() ?? 0;
  const dir = join(absolute(env['TMPDIR']) ?? tmpdir(), `proj-${uid}`);
  const found = lstatSync(dir, { throwIfNoEntry: false });
  const ours = found === undefined || (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0);
  if (!ours)
    throw new ClientError(
      'directory_unsafe',
      `${dir} is not a directory of ours with mode 0700; remove it, or set XDG_RUNTIME_DIR`,
    );
  return dir;
}

/** What a running daemon wrote beside its journal; undefined where there is none that can be read. */
function readDaemonFile(stateDir: string): Pick<DaemonPlaces, 'runtimeSocket' | 'controlSocket'> | undefined {
  try {
    const file: unknown = JSON.parse(readFileSync(join(stateDir, 'daemon.json'), 'utf8'));
    return socketsOf(file);
  } catch {
    return undefined;
  }
}

function socketsOf(file: unknown): Pick<DaemonPlaces, 'runtimeSocket' | 'controlSocket'> | undefined {
  if (typeof file !== 'object' || file === null) return undefined;
  if (!('runtime_socket' in file) || typeof file.runtime_socket !== 'string') return undefined;
  if (!('control_socket' in file) || typeof file.control_socket !== 'string') return undefined;
  return { runtimeSocket: file.runtime_socket, controlSocket: file.control_socket };
}

// An empty variable counts as unset, as the XDG specification says; so does a relative XDG path.
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
