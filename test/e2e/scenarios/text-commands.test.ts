import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';

const nc = 'nc -N -U -w 10 control.sock';

/** What a daemon says to a text, until it closes. */
async function say(scene: Scene, { control }: Daemon, text: string): Promise<string[]> {
  const wire = await scene.connect(control);
  wire.write(text);
  await wire.closed;
  return wire.lines;
}

test('P-1: STATUS is one line of JSON, then a clean close', async ({ scene }) => {
  const daemon = await scene.daemon();
  const [line = '', ...more] = await say(scene, daemon, 'STATUS\n');
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ state: 'monitoring', pid: daemon.program.pid });
});

test('P-1: the documented nc line works, half-closed as it is', async ({ scene, skip }) => {
  const daemon = await scene.daemon();
  const found = await scene.start(['/bin/sh', '-c', 'nc -h 2>&1 | grep -q -e "-N"']).exit;
  skip(found.code !== 0, 'no nc with -N here');
  const { code, stdout } = await scene.start(['/bin/sh', '-c', `printf 'STATUS\\n' | ${nc}`], { cwd: daemon.dir }).exit;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'monitoring' });
});

test('P-2: PAUSE and RESUME do what daemon.pause and daemon.resume do', async ({ scene }) => {
  const daemon = await scene.daemon();
  const operator = await scene.connect(daemon.control);
  await operator.request('events.subscribe', {});
  expect(await say(scene, daemon, 'PAUSE\n')).toEqual(['OK']);
  expect((await operator.event('daemon.changed')).payload).toEqual({ change: 'paused', state: 'paused' });
  expect((await operator.request('daemon.status', {})).state).toBe('paused');
  expect(await say(scene, daemon, 'RESUME\n')).toEqual(['OK']);
  expect((await operator.request('daemon.status', {})).state).toBe('monitoring');
});

test('P-2: a pause outlives a kill, and an ask with a default expires while it lasts', async ({ scene }) => {
  const first = await scene.daemon();
  expect(await scene.run(first, ['pause', '--reason', 'holiday'])).toMatchObject({ code: 0 });
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  const status = await scene.run(second, ['--json', 'status']);
  expect(JSON.parse(status.stdout).state).toBe('paused');
  const ask = ['ask', 'approval', 'Go?', '--timeout', '50ms', '--default', 'yes', '--on-timeout', 'use_default'];
  expect(await scene.run(second, ask)).toMatchObject({ code: 3 });
  await scene.run(second, ['resume']);
  expect(await scene.run(second, ask)).toMatchObject({ code: 0, stdout: 'yes\n' });
});

test('P-3: RELOAD takes a good file, and keeps the old settings where it is bad (S-28)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const operator = await scene.connect(daemon.control);
  const config = join(daemon.dir, 'config.yaml');
  writeFileSync(config, 'limits:\n  asks_per_session: 3\njournal:\n  durability: normal\n');
  const changed = ['limits.asks_per_session'];
  expect(await operator.request('daemon.reload', {})).toEqual({ changed, needs_restart: ['journal.durability'] });
  writeFileSync(config, 'limits:\n  asks_per_session: many\n');
  expect(await say(scene, daemon, 'RELOAD\n')).toEqual([expect.stringMatching(/^ERR: ./)]);
  expect(await scene.run(daemon, ['reload'])).toMatchObject({ code: expect.not.toBeOneOf([0]) });
  expect((await operator.request('hello', {})).limits.asks_per_session).toBe(3);
  expect((await operator.request('daemon.status', {})).config.error).toEqual(expect.any(String));
  writeFileSync(config, 'limits:\n  asks_per_session: 4\n');
  expect(await say(scene, daemon, 'RELOAD\n')).toEqual(['OK']);
  expect((await operator.request('hello', {})).limits.asks_per_session).toBe(4);
});

test('P-5: any case and blanks; an unknown one is not echoed', async ({ scene }) => {
  const daemon = await scene.daemon();
  expect(await say(scene, daemon, '  pInG \r\n')).toEqual(['PONG']);
  expect(await say(scene, daemon, 'rm -rf /\n')).toEqual(['ERR: unknown command']);
  expect(await say(scene, daemon, '\u001b]0;owned\u0007\n')).toEqual(['ERR: unknown command']);
  expect(await say(scene, daemon, 'NEW_SESSION\n')).toEqual(['ERR: no supervised session']);
});

test('P-5: whatever is typed gets one line, and nothing of it comes back', async ({ scene }) => {
  const daemon = await scene.daemon();
  const commands = ['STATUS', 'PAUSE', 'RESUME', 'RELOAD', 'NEW_SESSION', 'PING', 'HELP'];
  const typed = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => !/[\n\r]/.test(text) && /^[^\s{]/u.test(text) && !commands.includes(text.trim().toUpperCase()));
  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      expect(await say(scene, daemon, `${text}\n`)).toEqual(['ERR: unknown command']);
    }),
    { numRuns: 200 },
  );
});

test('P-5: on the door for programs a text command is a bad line', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wire = await scene.connect(daemon.runtime);
  wire.write('STATUS\n');
  expect(await wire.reply(null)).toMatchObject({ ok: false, error: { code: 'malformed_json' } });
  expect(await wire.request('ping', {})).toMatchObject({ at: expect.any(String) });
});

test('P-9: a line has to be finished in time; whoever leaves without a word makes no noise', async ({ scene }) => {
  const dir = scene.dir();
  const config = join(scene.folder, 'fast.yaml');
  writeFileSync(config, 'limits:\n  first_line_timeout_ms: 100\n  line_timeout_ms: 100\n');
  const daemon = await scene.daemon({ dir, args: ['--config', config] });
  const dribblers = await Promise.all(Array.from({ length: 20 }, () => scene.connect(daemon.control)));
  for (const wire of dribblers) wire.write('{"v":1');
  await Promise.all(dribblers.map((wire) => wire.closed));
  for (const wire of dribblers) {
    expect(wire.lines.map((line) => JSON.parse(line))).toMatchObject([{ id: null, error: { code: 'timeout' } }]);
  }
  for (let gone = 0; gone < 20; gone += 1) (await scene.connect(daemon.control)).close();
  const patient = await scene.connect(daemon.control);
  await patient.request('ping', {});
  expect(daemon.program.stderr).not.toMatch(/"level":"(warn|error)"/);
});

test('P-9: many ask at once, and none waits for another', async ({ scene }) => {
  const daemon = await scene.daemon();
  const silent = await scene.connect(daemon.control);
  const answers = await Promise.all(Array.from({ length: 100 }, () => say(scene, daemon, 'PING\n')));
  expect(answers).toEqual(answers.map(() => ['PONG']));
  silent.socket.end();
  await once(silent.socket, 'close');
});
