import { once } from 'node:events';
import { existsSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { emptyHome, type Home, Running, runProj, servedHome, startOnTerminal, startProj } from '../../proj.ts';

const bin = fileURLToPath(new URL('../../../bin/proj.js', import.meta.url));

test('O-1: one ready line with the two sockets, which are ours alone', async () => {
  const home = emptyHome();
  const dir = join(home.path, 'd');
  const daemon = startProj(home, ['ipc', 'serve-sockets', '--dir', dir, '--json']);
  await daemon.says(/\n/);
  const ready = {
    ready: true,
    pid: daemon.child.pid,
    runtime_socket: join(dir, 'runtime.sock'),
    control_socket: join(dir, 'control.sock'),
    dir,
  };
  expect(JSON.parse(daemon.stdout)).toEqual(ready);
  expect(
    [dir, ready.runtime_socket, ready.control_socket].map((path) => (statSync(path).mode & 0o777).toString(8)),
  ).toEqual(['700', '600', '600']);
});

test('P-10: without --dir sockets, state and config go to the XDG directories', async () => {
  const home = emptyHome();
  const daemon = startProj(home, ['ipc', 'serve-sockets']);
  const [, runtime, control] = await daemon.says(/^proj is ready: runtime (\S+), control (\S+)\n/);
  expect([runtime, control]).toEqual([
    join(home.path, 'run/proj/runtime.sock'),
    join(home.path, 'run/proj/control.sock'),
  ]);
  expect(existsSync(join(home.path, 'state/proj/journal.db'))).toBe(true);
  expect((await runProj(home, ['status'])).stdout).toContain(
    `config     ${join(home.path, 'config/proj/config.yaml')}`,
  );
});

test('T-26, S7: the log is JSON lines in ASCII, and names the sockets when it is ready', async () => {
  const home = await servedHome();
  await home.run(['stop']);
  const { stderr } = await home.daemon.ended;
  const entries = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries[0]).toMatchObject({
    level: 'info',
    message: 'ready',
    control_socket: join(home.path, 'd/control.sock'),
  });
  expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends it in good order, with nothing left over',
  async (signal) => {
    const home = await servedHome();
    home.daemon.signal(signal);
    expect(await home.daemon.ended).toMatchObject({ code: 0 });
    expect(readdirSync(join(home.path, 'd')).toSorted()).toEqual(['journal.db', 'lock.db']);
    expect(readdirSync(join(home.path, 'state/proj/known'))).toEqual([]);
  },
);

test('R16: a second signal does not wait for clients', async () => {
  const home = await servedHome();
  const tail = home.start(['ipc', 'tail', '--after', '0']);
  await home.run(['pause']);
  await tail.says(/daemon\.changed/);
  tail.signal('SIGSTOP');
  home.daemon.signal('SIGTERM');
  await home.daemon.says(/"told to stop"/, 'stderr');
  const began = performance.now();
  home.daemon.signal('SIGTERM');
  expect(await home.daemon.ended).toMatchObject({ code: 0 });
  // A client that takes nothing is given 2 s otherwise.
  expect(performance.now() - began).toBeLessThan(1500);
});

test('O-7: --idle-exit ends an unused daemon', async () => {
  const home = emptyHome();
  const args = ['ipc', 'serve-sockets', '--dir', join(home.path, 'd'), '--idle-exit', '100ms'];
  expect(await runProj(home, args)).toMatchObject({ code: 0 });
  expect(existsSync(join(home.path, 'd/control.sock'))).toBe(false);
});

test('P-11: a directory in use ends with 73 and names the holder', async () => {
  const home = await servedHome();
  const second = await home.run(['ipc', 'serve-sockets']);
  expect(second).toMatchObject({
    code: 73,
    stdout: '',
    stderr: expect.stringContaining(`pid ${home.daemon.child.pid}`),
  });
  expect(await home.run(['status'])).toMatchObject({ code: 0 });
});

test('an invalid configuration or a directory that is too deep ends with 2', async () => {
  const home = emptyHome();
  const config = join(home.path, 'bad.yaml');
  writeFileSync(config, 'limits: 7\n');
  const bad = await runProj(home, ['ipc', 'serve-sockets', '--dir', join(home.path, 'd'), '--config', config]);
  expect(bad).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(config) });
  const missing = await runProj(home, ['ipc', 'serve-sockets', '--dir', join(home.path, 'd'), '--config', '/no/such']);
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no file /no/such') });
  const deep = await runProj(home, ['ipc', 'serve-sockets', '--dir', join(home.path, 'x'.repeat(120))]);
  expect(deep).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('103') });
});

test('an unsafe directory ends with 73', async () => {
  const home = emptyHome();
  writeFileSync(join(home.path, 'file'), '');
  const refused = await runProj(home, ['ipc', 'serve-sockets', '--dir', join(home.path, 'file')]);
  expect(refused).toMatchObject({ code: 73, stdout: '' });
});

test('on a terminal the log is for people and a hint says what to type next', async () => {
  const home = emptyHome();
  const daemon = startOnTerminal(home, ['ipc', 'serve-sockets', '--dir', join(home.path, 'd')]);
  await daemon.says(/\d\d:\d\d:\d\d info {2}ready runtime_socket=\S+/);
  await daemon.says(/in another terminal: proj status --dir \S+; Ctrl-C ends it/);
  daemon.type('\x03');
  expect(await daemon.ended).toMatchObject({ code: 0 });
});

test('npm start says what to type next wherever its output goes, and in the words of the checkout', async () => {
  const home = emptyHome();
  const env = { ...home.env, npm_lifecycle_event: 'start' };
  const daemon = startProj({ ...home, env }, ['ipc', 'serve-sockets']);
  await daemon.says(/^proj is ready: .*\nin another terminal: npx proj status; Ctrl-C ends it\n$/);
});

function startWith(home: Home, stdio: Array<'ignore' | 'pipe' | number>): Running {
  const child = spawn(process.execPath, [bin, 'ipc', 'serve-sockets'], { env: home.env, cwd: home.path, stdio });
  const running = new Running(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

test('R24: a full disk behind stdout and stderr does not stop it', async () => {
  const home = await servedHome();
  await home.run(['stop']);
  const full = openSync('/dev/full', 'w');
  startWith(home, ['ignore', full, full]);
  await answers(home);
});

test('R24: a closed pipe behind stdout and stderr does not stop it', async () => {
  const home = await servedHome();
  await home.run(['stop']);
  const { child } = startWith(home, ['ignore', 'pipe', 'pipe']);
  child.stdout?.destroy();
  child.stderr?.destroy();
  await Promise.all([child.stdout, child.stderr].map(async (stream) => stream && once(stream, 'close')));
  await answers(home);
  expect(child.exitCode).toBe(null);
});

async function answers(home: Home): Promise<void> {
  for (;;) {
    const { code } = await runProj(home, ['status']);
    if (code === 0) break;
  }
  expect(await runProj(home, ['ask', 'approval', 'Alive?', '--no-wait'])).toMatchObject({ code: 75 });
}
