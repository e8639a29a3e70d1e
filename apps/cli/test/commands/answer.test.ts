import { expect, test } from 'vitest';
import { pendingAsk, runProj, servedHome } from '../proj.ts';

test('the first answer wins, a second one loses and is told what won', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['approval', 'Sure?']);
  const short = askId.slice(0, 12);
  expect(await home.run(['answer', askId, 'y'])).toEqual({
    code: 0,
    stdout: `won: ${short} is answered │ yes\n`,
    stderr: '',
  });
  expect(await home.run(['answer', short, 'n'])).toEqual({
    code: 1,
    stdout: `lost: ${short} was answered via cli │ yes\n`,
    stderr: '',
  });
  expect(await asker.ended).toMatchObject({ code: 0 });
});

test('what came too late ends with 3 or 4', async () => {
  const home = await servedHome();
  const expired = await home.run(['ask', 'approval', 'Quick?', '--timeout', '20ms', '--json']);
  const { asker, askId } = await pendingAsk(home, ['approval', 'Mind?']);
  asker.signal('SIGINT');
  await asker.ended;
  const late = await home.run(['answer', JSON.parse(expired.stdout).ask_id, 'y']);
  expect(late).toMatchObject({ code: 3, stdout: expect.stringMatching(/^expired: ask_\w{8} had expired\n$/) });
  expect(await home.run(['answer', askId, 'y'])).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/^cancelled: /),
  });
});

test('words that do not fit leave the ask pending', async () => {
  const home = await servedHome();
  const { askId } = await pendingAsk(home, ['choice', 'Where?', '--option', 'Staging=stg', '--option', 'prod']);
  expect(await home.run(['answer', askId, 'moon'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'proj: no option has this value, label or number\n      the options are: 1 Staging, 2 prod\n',
  });
  expect(await home.run(['answer', askId, '"moon"', '--json-value'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[invalid_answer]'),
  });
  expect(JSON.parse((await home.run(['asks', '--json'])).stdout)).toMatchObject([{ ask_id: askId, state: 'pending' }]);
});

test('a review is not rejected without a reason', async () => {
  const home = await servedHome();
  const { askId } = await pendingAsk(home, ['review', 'Merge?']);
  expect(await home.run(['answer', askId, 'reject'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('add --reason'),
  });
  expect(await home.run(['answer', askId, 'reject', '--reason', 'tests'])).toMatchObject({ code: 0 });
});

test('it names the ask by a prefix only one has', async () => {
  const home = await servedHome();
  const first = await pendingAsk(home, ['approval', 'One?']);
  await pendingAsk(home, ['approval', 'Two?']);
  expect(await home.run(['answer', 'ask_', 'y'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('2 asks begin with this id'),
  });
  expect(await home.run(['answer', 'ask_zz', 'y'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no ask has this id'),
  });
  expect(await home.run(['answer', first.askId.slice(0, 20), 'y', '--json'])).toMatchObject({ code: 0 });
});

test('--json prints verdict and ask', async () => {
  const home = await servedHome();
  const { askId } = await pendingAsk(home, ['approval', 'Sure?']);
  const { stdout } = await home.run(['answer', askId, 'y', '--json', '--as', 'Ann', '--reason', 'fine']);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'won',
    ask: {
      ask_id: askId,
      state: 'answered',
      answer: { value: true, responder_name: 'Ann', reason: 'fine', channel_id: 'cli' },
    },
  });
});

test('B-2: inside the session that asked it refuses', async () => {
  const home = await servedHome();
  const { askId } = await pendingAsk(home, ['approval', 'Sure?']);
  const [{ session_id: id }] = JSON.parse((await home.run(['asks', '--json'])).stdout);
  const inside = { ...home, env: { ...home.env, PROJ_SESSION_ID: id } };
  const refused = await runProj(inside, ['answer', askId, 'y']);
  expect(refused).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('the session that this command runs inside'),
  });
  expect(JSON.parse((await home.run(['asks', '--json'])).stdout)).toMatchObject([{ ask_id: askId, state: 'pending' }]);
  const elsewhere = { ...home, env: { ...home.env, PROJ_SESSION_ID: 'ses_other' } };
  expect(await runProj(elsewhere, ['answer', askId, 'y'])).toMatchObject({ code: 0 });
});
