import { expect, test } from 'vitest';
import { runProj, type ServedHome, servedHome, startOnTerminal } from '../../proj.ts';

const down = '\x1b[B';
const later = /later[^]*navigate/;

async function asks(home: ServedHome): Promise<unknown> {
  return JSON.parse((await home.run(['asks', '--state', 'all', '--json'])).stdout);
}

test("T-10: the asker's terminal is a door, and its answer is recorded as self-answered", async () => {
  const home = await servedHome();
  const asker = startOnTerminal(home, ['ask', 'approval', 'Sure?', '--here']);
  await asker.says(/│ Sure\?/);
  await asker.says(later);
  asker.type(`${down}\r`);
  expect(await asker.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/\r\nyes\r\n$/) });
  const channel_id = expect.stringMatching(/^cli:pts\d+$|^cli$/);
  expect(await asks(home)).toMatchObject([
    { state: 'answered', answer: { value: true, responder_id: 'self', channel_id } },
  ]);
});

test('T-10: the prompt goes away when somebody else is faster', async () => {
  const home = await servedHome();
  const asker = startOnTerminal(home, ['ask', 'approval', 'Sure?', '--here']);
  await asker.says(later);
  await home.run(['answer', 'ask_', 'n']);
  expect(await asker.ended).toMatchObject({ code: 1, stdout: expect.stringMatching(/answered via cli\r\nno\r\n$/) });
});

test('T-10: Escape goes on waiting, Ctrl-C takes the question back', async () => {
  const home = await servedHome();
  const patient = startOnTerminal(home, ['ask', 'approval', 'Sure?', '--here']);
  await patient.says(later);
  patient.type('\x1b');
  await patient.says(/■/);
  await home.run(['answer', 'ask_', 'y']);
  expect(await patient.ended).toMatchObject({ code: 0 });
  const leaving = startOnTerminal(home, ['ask', 'approval', 'Sure?', '--here']);
  await leaving.says(later);
  leaving.type('\x03');
  expect(await leaving.ended).toMatchObject({ code: 4 });
});

test('T-10: never inside a session, never without a terminal', async () => {
  const home = await servedHome();
  const args = ['ask', 'approval', 'Sure?', '--here'];
  const inside = startOnTerminal({ ...home, env: { ...home.env, PROJ_SESSION_ID: 'ses_1' } }, args);
  expect(await inside.ended).toMatchObject({ code: 2, stdout: expect.stringContaining('inside a session') });
  expect(await runProj(home, args)).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a terminal') });
  expect(await asks(home)).toEqual([]);
});
