import { expect, test } from 'vitest';
import { pendingAsk, type ServedHome, servedHome } from '../../proj.ts';

async function openSession(home: ServedHome, fields: object): Promise<string> {
  const { stdout } = await home.run(['ipc', 'send', 'session.open', JSON.stringify(fields)]);
  return JSON.parse(stdout).payload.session.session_id;
}

test('the list shows live sessions, or those asked for', async () => {
  const home = await servedHome();
  const id = await openSession(home, { name: 'nightly\x1b[2J' });
  const other = await openSession(home, { name: 'other' });
  await home.run(['sessions', 'abort', other]);
  const { stdout } = await home.run(['sessions']);
  expect(stdout.split('\n').map((line) => line.replace(/\d+s /, 'Ns '))).toEqual([
    'SESSION       STATE   PROGRAM  ASKS  QUIET  │ NAME',
    `${id.slice(0, 12)}  active  away     0     Ns     │ nightly\\x1b[2J`,
    '',
  ]);
  expect(JSON.parse((await home.run(['sessions', 'list', '--state', 'aborted', '--json'])).stdout)).toMatchObject([
    { session_id: other },
  ]);
  expect(JSON.parse((await home.run(['sessions', '--state', 'all', '--json'])).stdout)).toHaveLength(2);
});

test('show tells all of a session and its pending asks', async () => {
  const home = await servedHome();
  const id = await openSession(home, { name: 'nightly', goal_id: 'g1', metadata: { branch: 'main' } });
  const { askId } = await pendingAsk(home, ['approval', 'Sure?', '--session', id]);
  const { stdout } = await home.run(['sessions', 'show', id.slice(0, 9)]);
  expect(stdout).toMatch(new RegExp(`^${id}\nactive, program connected, 1 pending ask, 0 messages\n`));
  expect(stdout).toContain('│ name: nightly\n│ goal: g1\n│ metadata: {"branch":"main"}\n');
  expect(stdout).toContain(`${askId.slice(0, 12)}  approval`);
  expect(JSON.parse((await home.run(['sessions', 'show', id, '--json'])).stdout)).toMatchObject({
    session_id: id,
    goal_id: 'g1',
  });
});

test('pause, resume and abort', async () => {
  const home = await servedHome();
  const id = await openSession(home, { name: 'nightly' });
  const short = id.slice(0, 12);
  expect(await home.run(['sessions', 'pause', id, '--reason', 'wait'])).toEqual({
    code: 0,
    stdout: `${short} is paused\n`,
    stderr: '',
  });
  expect((await home.run(['sessions', 'show', id])).stdout).toContain('│ reason: wait\n');
  expect(await home.run(['sessions', 'resume', short])).toEqual({
    code: 0,
    stdout: `${short} is active\n`,
    stderr: '',
  });
  expect(await home.run(['sessions', 'abort', id, '--json'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"state":"aborted"'),
  });
  expect(await home.run(['sessions', 'resume', id])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('[conflict]'),
  });
});

test('A-19: inputs of every kind reach the session', async () => {
  const home = await servedHome();
  const id = await openSession(home, { name: 'agent' });
  const inputs = [
    ['use main'],
    ['-'],
    ['--approve', 'd1', '--artifact', 'file:a'],
    ['--reject', 'd1', '--reason', 'no'],
    ['--abort'],
  ];
  for (const input of inputs)
    expect(await home.run(['sessions', 'input', id, ...input], 'from a pipe\n')).toMatchObject({ code: 0 });
  const { stdout } = await home.run(['log', id]);
  expect(stdout.match(/input │ .*/g)).toEqual([
    'input │ message: use main',
    'input │ message: from a pipe',
    'input │ approve d1 file:a',
    'input │ reject d1: no',
    'input │ abort',
  ]);
});

test.each([[[]], [['text', '--abort']], [['--reject', 'd1']], [['--approve', 'a', '--reject', 'b', '--reason', 'c']]])(
  'input %j is refused before anything is sent',
  async (input) => {
    const home = await servedHome();
    const id = await openSession(home, { name: 'agent' });
    expect(await home.run(['sessions', 'input', id, ...input])).toMatchObject({ code: 2, stdout: '' });
    expect((await home.run(['log', id])).stdout).not.toContain('input');
  },
);

test('A-10: messages are printed with their sender, made safe', async () => {
  const home = await servedHome();
  const id = await openSession(home, { name: 'agent' });
  await home.run([
    'ipc',
    'send',
    'session.log',
    JSON.stringify({ session_id: id, sender: 'agent', content: 'one\ntwo\x07' }),
  ]);
  const { stdout } = await home.run(['sessions', 'messages', id]);
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d │ agent: one\n\d\d:\d\d:\d\d │ two\\x07\n$/);
  expect(JSON.parse((await home.run(['sessions', 'messages', id, '--json'])).stdout)).toMatchObject([
    { sender: 'agent' },
  ]);
});
