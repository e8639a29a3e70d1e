import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyHome, runProj, servedHome } from '../../proj.ts';

test('ping answers on either door', async () => {
  const home = await servedHome();
  expect((await home.run(['ipc', 'ping'])).stdout).toMatch(
    /^pong from \S+\/control\.sock in \d+\.\d ms, connecting included\n$/,
  );
  expect(JSON.parse((await home.run(['ipc', 'ping', '--runtime', '--json'])).stdout)).toEqual({
    at: expect.stringMatching(/Z$/),
    socket: join(home.path, 'd', 'runtime.sock'),
    took_ms: expect.any(Number),
  });
  expect(await home.run(['ipc', 'ping', '--runtime', '--control'])).toMatchObject({ code: 2, stdout: '' });
});

test('send prints the reply line, also where it says no', async () => {
  const home = await servedHome();
  const opened = await home.run(['ipc', 'send', 'session.open', '-'], '{"name":"\u00fc"}');
  expect(opened).toMatchObject({ code: 0, stderr: '' });
  expect(opened.stdout).toContain('"name":"\\u00fc"');
  const missing = await home.run(['ipc', 'send', 'ask.get', '{"ask_id":"ask_1"}']);
  expect(missing.code).toBe(2);
  expect(JSON.parse(missing.stdout)).toEqual({
    v: 1,
    id: '1',
    ok: false,
    error: { code: 'not_found', message: expect.any(String) },
  });
  const forbidden = await home.run(['ipc', 'send', 'ask.answer', '{"ask_id":"a","value":true}', '--runtime']);
  expect(JSON.parse(forbidden.stdout)).toMatchObject({ error: { code: 'forbidden' } });
  expect(await home.run(['ipc', 'send', 'ping', '[1]'])).toMatchObject({ code: 2, stdout: '' });
  expect(await home.run(['ipc', 'send', 'ping', '{'])).toMatchObject({ code: 2, stdout: '' });
});

test('types lists the method table without a daemon', async () => {
  const home = emptyHome();
  const { code, stdout } = await runProj(home, ['ipc', 'types']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^TYPE +SOCKETS +SINCE +STABILITY\nhello +runtime, control +0\.1\.0 +stable\n/);
  expect(stdout).toMatch(/\nask\.answer +control +/);
  const rows = JSON.parse((await runProj(home, ['ipc', 'types', '--json'])).stdout);
  expect(rows[0]).toEqual({ type: 'hello', sockets: ['runtime', 'control'], since: '0.1.0', stability: 'stable' });
});

test('tail prints what was and what comes, filtered', async () => {
  const home = await servedHome();
  await home.run(['ask', 'approval', 'One?', '--no-wait']);
  const tail = home.start(['ipc', 'tail', '--after', '0', '--type', 'ask.opened']);
  await tail.says(/"message":"One\?"/);
  await home.run(['ask', 'approval', 'Two?', '--no-wait']);
  await tail.says(/"message":"Two\?"/);
  const events = tail.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { v: 1, seq: 2, type: 'ask.opened' },
    { v: 1, seq: 4, type: 'ask.opened' },
  ]);
  expect(await home.run(['ipc', 'tail', '--after', 'x'])).toMatchObject({ code: 2, stdout: '' });
  expect(await home.run(['ipc', 'tail', '--after', '99'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[cursor_expired]'),
  });
});

test('a reader that went away ends the tail quietly', async () => {
  const home = await servedHome();
  const tail = home.start(['ipc', 'tail', '--after', '0']);
  await home.run(['ask', 'approval', 'One?', '--no-wait']);
  await tail.says(/One\?/);
  const { stdout } = tail.child;
  stdout?.destroy();
  if (stdout) await once(stdout, 'close');
  await home.run(['ask', 'approval', 'Two?', '--no-wait']);
  expect(await tail.ended).toMatchObject({ code: 0, stderr: '' });
});
