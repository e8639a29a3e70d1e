import { expect, test } from 'vitest';
import { sessionKey } from '../../../src/commands/asks/asking-session.ts';
import { pendingAsk, servedHome, startProj } from '../../proj.ts';

test.each([
  { kind: 'approval', options: [], words: 'yes', stdout: 'yes\n', code: 0 },
  { kind: 'approval', options: [], words: 'n', stdout: 'no\n', code: 1 },
  { kind: 'choice', options: ['--option', 'Staging=stg', '--option', 'prod'], words: '1', stdout: 'stg\n', code: 0 },
  {
    kind: 'choice',
    options: ['--multiple', '--option', 'a', '--option', 'b'],
    words: 'a,b',
    stdout: 'a\nb\n',
    code: 0,
  },
  { kind: 'input', options: ['--schema', '{"type":"integer"}'], words: '42', stdout: '42\n', code: 0 },
  { kind: 'form', options: ['--item', 'v!=input:Version'], words: '{"v":"1.4.2"}', stdout: '{"v":"1.4.2"}\n', code: 0 },
  { kind: 'review', options: [], words: 'approve', stdout: 'approve\n', code: 0 },
])(
  'B-4: $kind answered by $words prints the answer alone and ends with $code',
  async ({ kind, options, words, stdout, code }) => {
    const home = await servedHome();
    const { asker, askId } = await pendingAsk(home, [kind, 'What now?', ...options]);
    const answered = await home.run(['answer', askId, words]);
    expect(answered.code).toBe(0);
    expect(await asker.ended).toEqual({
      code,
      stdout,
      stderr: expect.stringMatching(/^asked .*\nask_\w{8} answered via cli\n$/),
    });
    expect((await home.run(['sessions'])).stdout).toBe('no sessions\n');
  },
);

test('a rejected review ends with 1 and tells the reason on standard error', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['review', 'Merge?']);
  await home.run(['answer', askId, 'reject', '--reason', 'no\x1b[31m tests', '--as', 'Ann']);
  const { code, stdout, stderr } = await asker.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'reject\n' });
  expect(stderr).toMatch(/answered via cli │ by Ann: no\\x1b\[31m tests\n$/);
});

test('expired ends with 3, a default that was used is an answer', async () => {
  const home = await servedHome();
  const [expired, byDefault, refused] = await Promise.all([
    home.run(['ask', 'approval', 'Quick?', '--timeout', '50ms']),
    home.run(['ask', 'approval', 'Quick?', '--timeout', '50ms', '--default', 'yes', '--on-timeout', 'use_default']),
    home.run(['ask', 'approval', 'Quick?', '--timeout', '50ms', '--default', 'no', '--on-timeout', 'use_default']),
  ]);
  expect([expired.code, expired.stdout]).toEqual([3, '']);
  expect([byDefault.code, byDefault.stdout]).toEqual([0, 'yes\n']);
  expect(byDefault.stderr).toMatch(/answered by its default at the timeout/);
  expect([refused.code, refused.stdout]).toEqual([1, 'no\n']);
});

test('an ask that its session takes with it ends with 4', async () => {
  const home = await servedHome();
  const { asker } = await pendingAsk(home, ['approval', 'Sure?', '--name', 'doomed']);
  await home.run(['sessions', 'abort', 'ses_', '--reason', 'over']);
  expect(await asker.ended).toMatchObject({ code: 4, stdout: '' });
});

test('T-20: --no-wait leaves the ask, and the same key finds it again, answered or not', async () => {
  const home = await servedHome();
  const open = ['ask', 'approval', 'Rotate?', '--key', 'rotate'];
  const first = await home.run([...open, '--no-wait']);
  expect(first).toMatchObject({ code: 75, stdout: expect.stringMatching(/^ask_\w{32}\n$/) });
  const again = await home.run([...open, '--no-wait']);
  expect(again).toMatchObject({ code: 75, stdout: first.stdout });
  await home.run(['answer', first.stdout.trim(), 'y']);
  expect(await home.run(open)).toMatchObject({ code: 0, stdout: 'yes\n' });
});

test('the same key for another question is refused, and leaves the first as it is', async () => {
  const home = await servedHome();
  await home.run(['ask', 'approval', 'One?', '--key', 'k', '--no-wait']);
  const other = await home.run(['ask', 'approval', 'Two?', '--key', 'k', '--no-wait']);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('[conflict]') });
  expect(JSON.parse((await home.run(['asks', '--json'])).stdout)).toMatchObject([
    { message: 'One?', state: 'pending' },
  ]);
});

test('a refused ask leaves no session behind', async () => {
  const home = await servedHome();
  const refused = await home.run(['ask', 'input', 'Token?', '--secret', '--default', 'x']);
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('[invalid_payload]') });
  expect((await home.run(['sessions'])).stdout).toBe('no sessions\n');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s takes a question back, unless it has a key', async (signal) => {
  const home = await servedHome();
  const plain = await pendingAsk(home, ['approval', 'Plain?']);
  plain.asker.signal(signal);
  expect(await plain.asker.ended).toMatchObject({
    code: 4,
    stdout: '',
    stderr: expect.stringContaining('is cancelled'),
  });
  const keyed = await pendingAsk(home, ['approval', 'Keyed?', '--key', 'k']);
  keyed.asker.signal(signal);
  expect(await keyed.asker.ended).toMatchObject({
    code: 75,
    stdout: '',
    stderr: expect.stringContaining('stays pending'),
  });
  expect(JSON.parse((await home.run(['asks', '--json'])).stdout)).toMatchObject([{ ask_id: keyed.askId }]);
});

test('interrupted while the daemon is away it ends all the same, and says what stays', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['approval', 'Deploy?']);
  home.daemon.signal('SIGKILL');
  await asker.says(/the daemon is gone/, 'stderr');
  asker.signal('SIGINT');
  expect(await asker.ended).toEqual({
    code: 75,
    stdout: '',
    stderr: expect.stringContaining(`interrupted: the daemon does not answer, so ${askId} stays pending\n`),
  });
});

test('inside a session it asks there, and leaves the session alone', async () => {
  const home = await servedHome();
  const opened = await home.run(['ipc', 'send', 'session.open', '{"name":"agent"}']);
  const { session_id: id } = JSON.parse(opened.stdout).payload.session;
  const inside = { ...home, env: { ...home.env, PROJ_SESSION_ID: id } };
  const asker = startProj(inside, ['ask', 'approval', 'Here?']);
  const [, askId = ''] = await asker.says(/asked (ask_\w+) /, 'stderr');
  expect(JSON.parse((await home.run(['asks', '--session', id, '--json'])).stdout)).toMatchObject([{ ask_id: askId }]);
  await home.run(['answer', askId, 'y']);
  expect(await asker.ended).toMatchObject({ code: 0 });
  const sessions = JSON.parse((await home.run(['sessions', '--json'])).stdout);
  expect(sessions).toMatchObject([{ session_id: id, name: 'agent', state: 'active' }]);
});

test('B-13: a secret reaches the asker alone', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['input', 'Token?', '--secret']);
  const answered = await home.run(['answer', askId, '-'], 'canary-7f3a\n');
  expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining('(secret)') });
  expect(await asker.ended).toMatchObject({ code: 0, stdout: 'canary-7f3a\n' });
  const seen = await Promise.all([home.run(['asks', '--state', 'all', '--json']), home.run(['asks', 'show', askId])]);
  expect(JSON.stringify([answered, ...seen, home.daemon.stderr])).not.toContain('canary-7f3a');
});

test('standard input can be the message or the description', async () => {
  const home = await servedHome();
  const reads = await home.run(['ask', 'approval', '-', '--no-wait'], 'From a pipe?\n');
  expect(reads.code).toBe(75);
  await home.run(['ask', 'review', 'Merge?', '--description', '-', '--no-wait'], 'line 1\nline 2\n');
  expect(JSON.parse((await home.run(['asks', '--json'])).stdout)).toMatchObject([
    { message: 'From a pipe?' },
    { message: 'Merge?', description: 'line 1\nline 2' },
  ]);
  expect(await home.run(['ask', 'approval', '-', '--description', '-'])).toMatchObject({ code: 2 });
});

test('T-21: an asker waits through a restart of the daemon', async () => {
  const home = await servedHome();
  const { asker, askId } = await pendingAsk(home, ['approval', 'Still there?']);
  home.daemon.signal('SIGKILL');
  await asker.says(/the daemon is gone/, 'stderr');
  const next = await servedHome(home);
  expect(await next.run(['answer', askId, 'y'])).toMatchObject({ code: 0 });
  expect(await asker.ended).toMatchObject({ code: 0, stdout: 'yes\n' });
});

test('without a daemon it ends with 69 and says what to do', async () => {
  const home = await servedHome();
  await home.run(['stop']);
  const refused = await home.run(['ask', 'approval', 'Anyone?']);
  expect(refused).toMatchObject({ code: 69, stdout: '', stderr: expect.stringContaining('proj ipc serve-sockets') });
});

test('a long key still names one session', () => {
  expect(sessionKey('deploy')).toBe('ask:deploy');
  expect(sessionKey('k'.repeat(128))).toMatch(/^ask:[0-9a-f]{64}$/);
  expect(sessionKey('k'.repeat(127))).not.toBe(sessionKey('k'.repeat(128)));
});
