import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyHome, runProj, servedHome } from '../proj.ts';

test('P-14: status says how the daemon is, in words and as JSON', async () => {
  const home = await servedHome();
  const human = await home.run(['status']);
  expect(human.code).toBe(0);
  expect(human.stdout).toMatch(
    /^state {6}monitoring, up \d+s, pid \d+, version \S+\ndirectory {2}\S+\nasks {7}0 pending\n/,
  );
  const json = await home.run(['status', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    state: 'monitoring',
    pid: home.daemon.child.pid,
    dir: join(home.path, 'd'),
  });
});

test('--dir goes before PROJ_DIR, and stands before or after the command', async () => {
  const home = await servedHome();
  const nowhere = { ...home, env: { ...home.env, PROJ_DIR: join(home.path, 'nowhere') } };
  expect(await runProj(nowhere, ['status'])).toMatchObject({ code: 69, stdout: '' });
  expect(await runProj(nowhere, ['status', '--dir', join(home.path, 'd')])).toMatchObject({ code: 0 });
  expect(await runProj(nowhere, ['--dir', join(home.path, 'd'), 'status'])).toMatchObject({ code: 0 });
});

test('P-14: pause and resume, with the reason in the journal', async () => {
  const home = await servedHome();
  expect(await home.run(['pause', '--reason', 'holiday', '--json'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"state":"paused"'),
  });
  expect((await home.run(['status'])).stdout).toMatch(/^state {6}paused/);
  expect(await home.run(['resume'])).toEqual({ code: 0, stdout: 'resumed: monitoring\n', stderr: '' });
  const tail = home.start(['ipc', 'tail', '--after', '0', '--type', 'daemon.changed']);
  await tail.says(/"change":"paused".*"reason":"holiday"/);
});

test('P-14: reload takes a good file and refuses a bad one', async () => {
  const home = await servedHome();
  const file = join(home.path, 'd', 'config.yaml');
  writeFileSync(file, 'limits:\n  asks_per_session: 3\n');
  expect(await home.run(['reload'])).toEqual({
    code: 0,
    stdout: 'reloaded, now in force: limits.asks_per_session\n',
    stderr: '',
  });
  writeFileSync(file, 'limits:\n  asks_per_session: many\n');
  expect(await home.run(['reload'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('limits.asks_per_session'),
  });
  expect((await home.run(['status'])).stdout).toContain('not in force: ');
});

test('P-14: stop comes back when the process is gone and its sockets with it', async () => {
  const home = await servedHome();
  const stopped = await home.run(['stop']);
  expect(stopped).toEqual({ code: 0, stdout: `stopped (pid ${home.daemon.child.pid})\n`, stderr: '' });
  expect(await home.daemon.ended).toMatchObject({ code: 0 });
  expect(['runtime.sock', 'control.sock', 'daemon.json'].map((name) => existsSync(join(home.path, 'd', name)))).toEqual(
    [false, false, false],
  );
});

test.each([
  ['status'],
  ['pause'],
  ['resume'],
  ['reload'],
  ['stop'],
  ['sessions'],
  ['asks'],
  ['answer', 'ask_1', 'y'],
  ['control'],
  ['log', 'ses_1'],
  ['ipc', 'ping'],
  ['ipc', 'tail'],
])('without a daemon, %s ends with 69 and says what to do', async (...args) => {
  const ended = await runProj(emptyHome(), args);
  expect(ended).toEqual({ code: 69, stdout: '', stderr: expect.stringContaining('proj ipc serve-sockets') });
});
