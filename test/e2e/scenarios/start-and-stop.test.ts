import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Exit } from '../support/program.ts';
import { type Scene, test } from '../support/scene.ts';

const keptFiles = ['journal.db', 'lock.db'];

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** Tries to start a daemon that will not start. */
function refused(scene: Scene, dir: string): Promise<Exit> {
  return scene.run({ dir }, ['ipc', 'serve-sockets', '--idle-exit', '60']);
}

test('O-1: serve-sockets makes both sockets, for their owner only (T-14, S-19, P-10)', async ({ scene }) => {
  const dir = scene.dir();
  const umask = process.umask(0);
  const daemon = await scene.daemon({ dir }).finally(() => process.umask(umask));
  const modes = Object.fromEntries(readdirSync(dir).map((name) => [name, modeOf(join(dir, name))]));
  expect(modes).toMatchObject({ 'runtime.sock': '600', 'control.sock': '600', 'journal.db': '600', 'lock.db': '600' });
  expect(Object.values(modes).filter((mode) => mode !== '600')).toEqual([]);
  expect(modeOf(dir)).toBe('700');
  expect([statSync(daemon.runtime).isSocket(), statSync(daemon.control).isSocket()]).toEqual([true, true]);
});

describe('stopping', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`P-12: ${signal} ends it in good order and leaves the journal only (P-8, T-14)`, async ({ scene }) => {
      const daemon = await scene.daemon();
      const idle = await scene.connect(daemon.control);
      await idle.request('ping', {});
      daemon.program.kill(signal);
      expect(await daemon.program.exit).toMatchObject({ code: 0, signal: null });
      expect(readdirSync(daemon.dir).toSorted()).toEqual(keptFiles);
      await idle.closed;
      expect(JSON.parse(idle.lines.at(-1) ?? '')).toMatchObject({ id: null, error: { code: 'shutting_down' } });
    });
  }

  test('P-12: a second signal cuts off whoever does not read', async ({ scene }) => {
    const daemon = await scene.daemon();
    const stuck = await scene.connect(daemon.control);
    await stuck.request('ping', {});
    stuck.socket.pause();
    stuck.write(`{"v":1,"id":"x","type":"daemon.status"}\n`.repeat(20_000));
    const other = await scene.connect(daemon.control);
    await other.request('ping', {});
    daemon.program.kill('SIGTERM');
    await daemon.program.errorLine(/told to stop/);
    daemon.program.kill('SIGTERM');
    expect(await daemon.program.exit).toMatchObject({ code: 0 });
    expect(readdirSync(daemon.dir).toSorted()).toEqual(keptFiles);
  });

  test('O-6: daemon.stop on the control door ends it, and settles nothing (P-14)', async ({ scene }) => {
    const first = await scene.daemon();
    await scene.run(first, ['ask', 'approval', 'Go?', '--key', 'go', '--no-wait']);
    const program = await scene.connect(first.runtime);
    expect(await program.exchange('daemon.stop')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await scene.run(first, ['stop'])).toMatchObject({ code: 0 });
    expect(await first.program.exit).toMatchObject({ code: 0 });
    const second = await scene.daemon({ dir: first.dir });
    const operator = await scene.connect(second.control);
    expect((await operator.request('ask.list', {})).asks.map(({ state }) => state)).toEqual(['pending']);
  });

  test('O-7: an unused daemon ends by itself', async ({ scene }) => {
    const daemon = await scene.daemon({ args: ['--idle-exit', '1'] });
    expect(await daemon.program.exit).toMatchObject({ code: 0 });
    expect(readdirSync(daemon.dir).toSorted()).toEqual(keptFiles);
  });
});

describe('one daemon a directory', () => {
  test('P-11: a second start is refused and names the holder, also a stopped one', async ({ scene }) => {
    const daemon = await scene.daemon();
    const { pid } = daemon.program;
    const inUse = { code: 73, stderr: expect.stringContaining(`${pid}`) };
    expect(await refused(scene, daemon.dir)).toMatchObject(inUse);
    daemon.program.kill('SIGSTOP');
    const whileStopped = await refused(scene, daemon.dir).finally(() => daemon.program.kill('SIGCONT'));
    expect(whileStopped).toMatchObject(inUse);
    const operator = await scene.connect(daemon.control);
    expect((await operator.request('daemon.status', {})).pid).toBe(pid);
  });

  test('P-11: of ten that start at once one wins, and its sockets stay', async ({ scene }) => {
    const dir = scene.dir();
    const serve = ['--json', 'ipc', 'serve-sockets', '--idle-exit', '60'];
    const racers = Array.from({ length: 10 }, () => scene.startProj({ dir }, serve));
    const ready = await Promise.any(racers.map((racer) => racer.line(/"ready":true/)));
    const winner = racers.find(({ pid }) => pid === JSON.parse(ready).pid);
    const losers = await Promise.all(racers.filter((racer) => racer !== winner).map((racer) => racer.exit));
    expect(losers.map(({ code }) => code)).toEqual(losers.map(() => 73));
    const operator = await scene.connect(join(dir, 'control.sock'));
    expect((await operator.request('daemon.status', {})).pid).toBe(winner?.pid);
  });

  test('P-7: the sockets a killed daemon left are replaced', async ({ scene }) => {
    const first = await scene.daemon();
    await first.crash();
    expect(existsSync(first.control)).toBe(true);
    const second = await scene.daemon({ dir: first.dir });
    const operator = await scene.connect(second.control);
    expect((await operator.request('daemon.status', {})).pid).toBe(second.program.pid);
  });

  for (const [what, make] of [
    ['file', (path: string) => writeFileSync(path, 'mine')],
    ['directory', (path: string) => mkdirSync(path)],
  ] as const) {
    test(`P-7: a ${what} in the place of a socket stays, and the start fails clean (P-8)`, async ({ scene }) => {
      const dir = scene.dir();
      mkdirSync(dir, { mode: 0o700 });
      make(join(dir, 'control.sock'));
      expect(await refused(scene, dir)).toMatchObject({ code: 73, stderr: expect.stringContaining('control.sock') });
      expect(statSync(join(dir, 'control.sock')).isSocket()).toBe(false);
      expect(existsSync(join(dir, 'runtime.sock'))).toBe(false);
      expect(existsSync(join(dir, 'daemon.json'))).toBe(false);
    });
  }
});

describe('where the sockets are', () => {
  async function readyWith(scene: Scene, env: Record<string, string | undefined>): Promise<Record<string, unknown>> {
    const program = scene.start(scene.proj(['--json', 'ipc', 'serve-sockets', '--idle-exit', '60']), { env });
    const ready = JSON.parse(await program.line(/ready/));
    program.kill('SIGTERM');
    await program.exit;
    return ready;
  }

  test('P-10: in the XDG runtime directory, else in one of our own, 0700', async ({ scene }) => {
    const { folder } = scene;
    const state = join(folder, 'state/proj');
    expect(await readyWith(scene, {})).toMatchObject({ control_socket: join(folder, 'proj/control.sock'), dir: state });
    expect(modeOf(join(folder, 'proj'))).toBe('700');
    const bare = await readyWith(scene, { XDG_RUNTIME_DIR: undefined, TMPDIR: folder });
    const ours = join(folder, `proj-${process.getuid?.()}`);
    expect(bare).toMatchObject({ control_socket: join(ours, 'control.sock'), dir: state });
    expect(modeOf(ours)).toBe('700');
    const chosen = join(folder, 'c');
    expect(await readyWith(scene, { PROJ_DIR: chosen })).toMatchObject({ dir: chosen });
  });

  test('P-10: a directory under the temporary folder that others may enter is not taken for ours', async ({
    scene,
  }) => {
    const { folder } = scene;
    const found = join(folder, `proj-${process.getuid?.()}`);
    mkdirSync(found, { mode: 0o755 });
    const env = { XDG_RUNTIME_DIR: undefined, TMPDIR: folder };
    for (const command of [['ipc', 'serve-sockets'], ['status']]) {
      const { code, stderr } = await scene.start(scene.proj(command), { env }).exit;
      expect([command, code, stderr]).toEqual([command, 73, expect.stringContaining(found)]);
    }
    expect(readdirSync(found)).toEqual([]);
  });

  test('P-10: a directory that others may write is refused, and so is a path too long for a socket', async ({
    scene,
  }) => {
    const open = scene.dir();
    mkdirSync(open);
    // After the fact: the umask would take it away.
    await scene.start(['/bin/chmod', '0777', open]).exit;
    expect(await refused(scene, open)).toMatchObject({ code: 73, stderr: expect.stringContaining(open) });
    const long = join(scene.folder, 'x'.repeat(100));
    const { code, stderr } = await refused(scene, long);
    expect(code).toBe(2);
    expect(stderr).toMatch(/10[0-9] bytes/);
  });
});

test('T-26: the log is lines of JSON: ready with its paths, clients, the end', async ({ scene }) => {
  const config = join(scene.folder, 'debug.yaml');
  writeFileSync(config, 'log:\n  level: debug\n');
  const daemon = await scene.daemon({ args: ['--config', config] });
  const wire = await scene.connect(daemon.runtime);
  const { client_id } = await wire.request('hello', { client: 'logged/1' });
  wire.close();
  const { stderr } = await daemon.stop();
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ level: 'info', message: 'ready', control_socket: daemon.control });
  expect(lines).toContainEqual(expect.objectContaining({ message: 'client connected', client_id, socket: 'runtime' }));
  expect(lines.at(-1)).toMatchObject({ message: 'stopped' });
  expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
});
