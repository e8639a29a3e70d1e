import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyHome, type Home, pendingAsk, runProj, servedHome, startOnTerminal, startProj } from '../../proj.ts';

test('T-12: --respond answers what is pending and what comes, and ends by --count', async () => {
  const home = await servedHome();
  const early = await pendingAsk(home, ['approval', 'Early?']);
  const control = home.start(['control', '--respond', 'y', '--count', '2']);
  expect(await early.asker.ended).toMatchObject({ code: 0, stdout: 'yes\n' });
  const late = await home.run(['ask', 'choice', 'Late?', '--option', 'a', '--option', 'b', '--default', 'b']);
  expect(late).toMatchObject({ code: 0, stdout: 'b\n' });
  const { code, stdout, stderr } = await control.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^1 pending ask, 1 live session\nask_/);
  expect(stdout.match(/^won: .*$/gm)).toEqual([
    `won: ${early.askId.slice(0, 12)} is answered │ yes`,
    expect.stringMatching(/^won: ask_\w{8} is answered │ b$/),
  ]);
});

test('T-12: --respond n is a no, and leaves what it does not fit', async () => {
  const home = await servedHome();
  const control = home.start(['control', '--respond', 'n']);
  await control.says(/0 pending asks/);
  expect(await home.run(['ask', 'approval', 'Sure?'])).toMatchObject({ code: 1, stdout: 'no\n' });
  expect(await home.run(['ask', 'review', 'Merge?'])).toMatchObject({ code: 1, stdout: 'reject\n' });
  const { askId } = await pendingAsk(home, ['choice', 'Where?', '--option', 'a']);
  await control.says(new RegExp(`${askId.slice(0, 12)} is left pending: --respond does not fit it`), 'stderr');
  control.signal('SIGINT');
  expect(await control.ended).toMatchObject({ code: 0 });
});

test('T-3, T-11: without a terminal it prints lines, whole asks, and by which door they were answered', async () => {
  const home = await servedHome();
  const control = home.start(['control']);
  await control.says(/0 pending asks, 0 live sessions/);
  const { askId } = await pendingAsk(home, [
    'approval',
    'Deploy\x1b[2J?',
    '--name',
    'ci',
    '--risk',
    'destructive',
    '--context',
    'commit=4f2a',
  ]);
  await home.run(['answer', askId, 'y']);
  await control.says(/is completed/);
  const session = /in (ses_\w+)/.exec(control.stdout)?.[1] ?? '';
  const [ask, ses] = [askId.slice(0, 12), session.slice(0, 12)];
  expect(control.stdout.replaceAll(/\d\d:\d\d:\d\d/g, 'T').split('\n')).toEqual([
    '0 pending asks, 0 live sessions',
    `T ${ses} opened │ ci`,
    `T ${ses} asks ${ask} (approval) │ Deploy\\x1b[2J?`,
    askId,
    `approval, waiting 0s, in ${session}`,
    '│ Deploy\\x1b[2J?',
    '│ session: ci',
    '│ risk: destructive',
    '│ commit: 4f2a',
    `T ${ses} ${ask} answered via cli │ yes`,
    `T ${ses} is completed`,
    '',
  ]);
});

test('--json prints the snapshot, then events as they are on the wire, then what it answered', async () => {
  const home = await servedHome();
  const { askId } = await pendingAsk(home, ['approval', 'Sure?']);
  const { stdout } = await home.run(['control', '--json', '--respond', 'y', '--count', '1']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ snapshot: { asks: [{ ask_id: askId }], sessions: [{ state: 'active' }] } });
  expect(lines.find((line) => 'answered' in line)).toMatchObject({
    answered: { verdict: 'won', ask: { ask_id: askId } },
  });
});

test('the ask of its own session is not answered', async () => {
  const home = await servedHome();
  const { asker } = await pendingAsk(home, ['approval', 'Mine?']);
  const [{ session_id: id }] = JSON.parse((await home.run(['asks', '--json'])).stdout);
  const control = startProj({ ...home, env: { ...home.env, PROJ_SESSION_ID: id } }, ['control', '--respond', 'y']);
  await control.says(/is left pending/, 'stderr');
  expect(asker.child.exitCode).toBe(null);
});

test('it comes back after a restart of the daemon', async () => {
  const home = await servedHome();
  const control = home.start(['control', '--respond', 'y']);
  await control.says(/0 pending asks/);
  home.daemon.signal('SIGKILL');
  await control.says(/the daemon is gone/, 'stderr');
  const next = await servedHome(home);
  expect(await next.run(['ask', 'approval', 'Again?'])).toMatchObject({ code: 0, stdout: 'yes\n' });
});

async function serve(home: Home, name: string): Promise<string> {
  const dir = join(home.path, name);
  await startProj(home, ['ipc', 'serve-sockets', '--dir', dir, '--json']).says(/"ready":true/);
  return dir;
}

test('T-13: it finds the one daemon there is, and wants to know which of two', async () => {
  const home = emptyHome();
  expect(await runProj(home, ['control'])).toMatchObject({
    code: 69,
    stderr: expect.stringContaining('no daemon is running'),
  });
  const one = await serve(home, 'one');
  const found = startProj(home, ['control']);
  await found.says(/0 pending asks/);
  const two = await serve(home, 'two');
  const several = await runProj(home, ['control']);
  expect(several).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--dir') });
  expect(several.stderr).toContain(one);
  expect(several.stderr).toContain(two);
  const named = startProj(home, ['control', '--socket', join(two, 'control.sock')]);
  await named.says(/0 pending asks/);
});

test('T-13: on a terminal two daemons are a menu', async () => {
  const home = emptyHome();
  await serve(home, 'one');
  await serve(home, 'two');
  const control = startOnTerminal(home, ['control']);
  await control.says(/Which daemon\?/);
  control.type('\r');
  await control.says(/0 pending asks, 0 live sessions/);
  control.type('\x03');
  expect(await control.ended).toMatchObject({ code: 0 });
});

const down = '\x1b[B';
const later = /later[^]*navigate/;

interface Prompted {
  kind: string;
  args: string[];
  /** What to wait for, and then to type. */
  steps: Array<[RegExp, string]>;
  stdout: string;
  code: number;
}

const prompted: Prompted[] = [
  { kind: 'approval', args: [], steps: [[later, `${down}\r`]], stdout: 'yes\n', code: 0 },
  { kind: 'approval', args: ['--risk', 'destructive'], steps: [[/Type yes or no/, 'no\r']], stdout: 'no\n', code: 1 },
  {
    kind: 'choice',
    args: ['--option', 'A=a', '--option', 'B=b'],
    steps: [[later, `${down}${down}\r`]],
    stdout: 'b\n',
    code: 0,
  },
  {
    kind: 'choice',
    args: ['--multiple', '--option', 'a', '--option', 'b'],
    steps: [[/select/, ` ${down} \r`]],
    stdout: 'a\nb\n',
    code: 0,
  },
  { kind: 'input', args: [], steps: [[/Your answer/, 'words\r']], stdout: 'words\n', code: 0 },
  {
    kind: 'form',
    args: ['--item', 'v!=input:Version', '--item', 'n=input:Note'],
    steps: [
      [/◆[^]*Version/, '1.4\r'],
      [/◇[^]*◆[^]*Note/, '\r'],
    ],
    stdout: '{"v":"1.4"}\n',
    code: 0,
  },
];

test.each(prompted)('T-5: $kind $args is prompted for', async ({ kind, args, steps, stdout, code }) => {
  const home = await servedHome();
  const control = startOnTerminal(home, ['control']);
  await control.says(/0 pending asks/);
  const { asker } = await pendingAsk(home, [kind, 'What now?', ...args]);
  await control.says(/│ What now\?\r\n/);
  for (const [prompt, keys] of steps) {
    await control.says(prompt);
    control.type(keys);
  }
  expect(await asker.ended).toMatchObject({ code, stdout });
  await control.says(/won: ask_/);
});

test('a review is rejected for a reason', async () => {
  const home = await servedHome();
  const control = startOnTerminal(home, ['control']);
  await control.says(/0 pending asks/);
  const { asker } = await pendingAsk(home, ['review', 'Merge?']);
  await control.says(later);
  control.type(`${down}${down}\r`);
  await control.says(/Why\?/);
  control.type('no tests\r');
  expect(await asker.ended).toMatchObject({
    code: 1,
    stdout: 'reject\n',
    stderr: expect.stringContaining('│ no tests'),
  });
});

test('T-3, T-6: a prompt goes away when its ask is answered elsewhere, and the next one comes', async () => {
  const home = await servedHome();
  const control = startOnTerminal(home, ['control']);
  await control.says(/0 pending asks/);
  const first = await pendingAsk(home, ['approval', 'First?']);
  await control.says(later);
  const second = await pendingAsk(home, ['approval', 'Second?']);
  expect(control.stdout).not.toContain('Second?');
  await home.run(['answer', first.askId, 'y']);
  await control.says(new RegExp(`${first.askId.slice(0, 12)} answered via cli\r\n`));
  await control.says(/│ Second\?\r\n[^]*later[^]*navigate/);
  control.type(`${down}\r`);
  expect(await second.asker.ended).toMatchObject({ code: 0, stdout: 'yes\n' });
});

test('Escape leaves the ask pending, Ctrl-C leaves', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['approval', 'Sure?']);
  const control = startOnTerminal(home, ['control']);
  await control.says(later);
  control.type('\x1b');
  await control.says(/stays pending/);
  control.type('\x03');
  expect(await control.ended).toMatchObject({ code: 0 });
  const again = startOnTerminal(home, ['control']);
  await again.says(later);
  again.type('\x03');
  expect(await again.ended).toMatchObject({ code: 0 });
  expect(asker.child.exitCode).toBe(null);
  expect(await home.run(['answer', askId, 'y'])).toMatchObject({ code: 0 });
});
