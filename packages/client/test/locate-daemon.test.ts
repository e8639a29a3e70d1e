import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locateDaemon } from '../src/locate-daemon.ts';

let root = '';
const uid = process.getuid?.() ?? 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'proj-locate-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const inDir = (dir: string): ReturnType<typeof locateDaemon> => ({
  runtimeSocket: join(dir, 'runtime.sock'),
  controlSocket: join(dir, 'control.sock'),
  socketDir: dir,
  stateDir: dir,
  configPath: join(dir, 'config.yaml'),
});

describe('with a directory', () => {
  test('everything is in it, whatever the environment says', () => {
    const env = { PROJ_DIR: '/b', PROJ_RUNTIME_SOCKET: '/c.sock', XDG_RUNTIME_DIR: '/run/1' };
    expect(locateDaemon({ dir: '/a' }, env)).toEqual(inDir('/a'));
  });

  test('PROJ_DIR is one, and goes before PROJ_RUNTIME_SOCKET', () => {
    expect(locateDaemon({}, { PROJ_DIR: '/b', PROJ_RUNTIME_SOCKET: '/c.sock' })).toEqual(inDir('/b'));
  });

  test('a relative one is taken from here; an empty one is none', () => {
    expect(locateDaemon({ dir: 'here' }, {})).toEqual(inDir(resolve('here')));
    expect(locateDaemon({ dir: '' }, { PROJ_DIR: '', HOME: '/h', XDG_RUNTIME_DIR: '/run/1' }).stateDir).toBe(
      '/h/.local/state/proj',
    );
  });
});

describe('without one', () => {
  test('the places are those of the XDG directories', () => {
    const env = { HOME: '/h', XDG_STATE_HOME: '/state', XDG_CONFIG_HOME: '/config', XDG_RUNTIME_DIR: '/run/1' };
    expect(locateDaemon({}, env)).toEqual({
      runtimeSocket: '/run/1/proj/runtime.sock',
      controlSocket: '/run/1/proj/control.sock',
      socketDir: '/run/1/proj',
      stateDir: '/state/proj',
      configPath: '/config/proj/config.yaml',
    });
  });

  test('without those they are under the home and the temporary folder', () => {
    expect(locateDaemon({}, { HOME: '/h', TMPDIR: root, XDG_RUNTIME_DIR: '', XDG_STATE_HOME: 'relative' })).toEqual({
      runtimeSocket: join(root, `proj-${uid}`, 'runtime.sock'),
      controlSocket: join(root, `proj-${uid}`, 'control.sock'),
      socketDir: join(root, `proj-${uid}`),
      stateDir: '/h/.local/state/proj',
      configPath: '/h/.config/proj/config.yaml',
    });
  });

  test('PROJ_RUNTIME_SOCKET replaces the runtime door only', () => {
    const { runtimeSocket, controlSocket } = locateDaemon(
      {},
      { HOME: '/h', XDG_RUNTIME_DIR: '/run/1', PROJ_RUNTIME_SOCKET: '/c.sock' },
    );
    expect({ runtimeSocket, controlSocket }).toEqual({
      runtimeSocket: '/c.sock',
      controlSocket: '/run/1/proj/control.sock',
    });
  });

  test('the daemon.json of a running daemon says where its sockets are', () => {
    const sockets = { runtime_socket: '/elsewhere/runtime.sock', control_socket: '/elsewhere/control.sock' };
    mkdirSync(join(root, 'proj'));
    writeFileSync(join(root, 'proj', 'daemon.json'), JSON.stringify({ pid: 1, ...sockets }));
    const places = locateDaemon({}, { HOME: '/h', XDG_STATE_HOME: root, XDG_RUNTIME_DIR: '/run/1' });
    expect(places).toMatchObject({
      runtimeSocket: '/elsewhere/runtime.sock',
      controlSocket: '/elsewhere/control.sock',
      socketDir: '/run/1/proj',
    });
  });

  test.each(['', 'null', '{"runtime_socket":1}', '{"runtime_socket":"/a"}'])(
    'a daemon.json of %j is as none',
    (text) => {
      mkdirSync(join(root, 'proj'));
      writeFileSync(join(root, 'proj', 'daemon.json'), text);
      expect(locateDaemon({}, { HOME: '/h', XDG_STATE_HOME: root, XDG_RUNTIME_DIR: '/run/1' }).runtimeSocket).toBe(
        '/run/1/proj/runtime.sock',
      );
    },
  );
});

describe('the directory under the temporary folder', () => {
  const env = (): Record<string, string> => ({ HOME: '/h', TMPDIR: root });

  test('is taken when it is ours alone', () => {
    mkdirSync(join(root, `proj-${uid}`), { mode: 0o700 });
    expect(locateDaemon({}, env()).socketDir).toBe(join(root, `proj-${uid}`));
  });

  test('is refused when others may enter', () => {
    const dir = join(root, `proj-${uid}`);
    mkdirSync(dir);
    chmodSync(dir, 0o750);
    expect(() => locateDaemon({}, env())).toThrow(
      expect.objectContaining({ code: 'directory_unsafe', message: expect.stringContaining(dir) }),
    );
  });

  test('is refused when it is a link or a file', () => {
    const dir = join(root, `proj-${uid}`);
    symlinkSync(tmpdir(), dir);
    expect(() => locateDaemon({}, env())).toThrow(expect.objectContaining({ code: 'directory_unsafe' }));
    rmSync(dir);
    writeFileSync(dir, '', { mode: 0o600 });
    expect(() => locateDaemon({}, env())).toThrow(expect.objectContaining({ code: 'directory_unsafe' }));
  });
});
