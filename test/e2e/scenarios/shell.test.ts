import { performance } from 'node:perf_hooks';
import { describe, expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';

/** What `proj ask` ends with when an operator answers by a word. */
async function answered(scene: Scene, daemon: Daemon, [word, ...ask]: string[]): Promise<[number | null, string]> {
  const asker = scene.startProj(daemon, ['ask', ...ask]);
  await asker.errorLine(/^asked/);
  expect(await scene.run(daemon, ['control', '--respond', word ?? '', '--count', '1'])).toMatchObject({ code: 0 });
  const { code, stdout } = await asker.exit;
  return [code, stdout];
}

const options = ['--option', 'Staging=stg', '--option', 'Production=prod', '--default', 'stg'];
const items = ['--item', 'version!=input:Version', '--item', 'go=approval:Go on?'];

describe('each kind is asked and answered in the shell', () => {
  const kinds: [string, string[], number, string][] = [
    ['an approval: yes', ['y', 'approval', 'Deploy?'], 0, 'yes\n'],
    ['an approval: no', ['n', 'approval', 'Deploy?'], 1, 'no\n'],
    ['a choice by its value', ['prod', 'choice', 'Where?', ...options], 0, 'prod\n'],
    ['a choice by its label', ['Staging', 'choice', 'Where?', ...options], 0, 'stg\n'],
    ['an input', ['blue ocean', 'input', 'Name?'], 0, 'blue ocean\n'],
  ];
  for (const [what, words, code, stdout] of kinds) {
    test(`T-5: ${what} (T-12, B-4)`, async ({ scene }) => {
      expect(await answered(scene, await scene.daemon(), words)).toEqual([code, stdout]);
    });
  }

  test('T-27: several options of one choice, several items of one form, a review with its reason', async ({
    scene,
  }) => {
    const daemon = await scene.daemon();
    expect(
      await answered(scene, daemon, ['stg,prod', 'choice', 'Where?', ...options.slice(0, 4), '--multiple']),
    ).toEqual([0, 'stg\nprod\n']);
    const form = await answered(scene, daemon, ['{"version":"1.4.2","go":true}', 'form', 'Release', ...items]);
    expect([form[0], JSON.parse(form[1])]).toEqual([0, { version: '1.4.2', go: true }]);
    expect(await answered(scene, daemon, ['y', 'review', 'Merge?', '--description', 'a diff'])).toEqual([
      0,
      'approve\n',
    ]);
    const asker = scene.startProj(daemon, ['--json', 'ask', 'review', 'Merge?']);
    const [, id = ''] = /(ask_\w+)/.exec(await asker.errorLine(/^asked/)) ?? [];
    expect((await scene.run(daemon, ['answer', id, 'reject'])).code).toBe(2);
    expect((await scene.run(daemon, ['answer', id, 'reject', '--reason', 'no tests'])).code).toBe(0);
    const { code, stdout } = await asker.exit;
    expect(code).toBe(1);
    expect(JSON.parse(stdout).answer).toMatchObject({ value: 'reject', reason: 'no tests' });
  });

  test('O-12: the operator sees risk, subject, facts and urgency apart from the question (T-27, T-11)', async ({
    scene,
  }) => {
    const daemon = await scene.daemon();
    const watcher = scene.startProj(daemon, ['control']);
    await watcher.line(/0 pending/);
    const facts = ['--context', 'rollback=git revert', '--context', 'blast=eu-1'];
    const about = ['--risk', 'destructive', '--subject', 'orders', '--urgency', 'advisory', '--timeout', '30m'];
    await scene.run(daemon, ['ask', 'choice', 'Go \u001b[31mred?', ...options, ...about, ...facts, '--no-wait']);
    await watcher.line(/blast/);
    await watcher.line(/default/);
    const screen = watcher.stdout.split('\n').filter((line) => line.includes('│'));
    expect(screen.join('\n')).not.toContain('\u001b');
    expect(watcher.stdout).toContain('│ Go \\x1b[31mred?');
    for (const fact of ['risk: destructive', 'subject: orders', 'rollback: git revert', 'blast: eu-1', 'advisory']) {
      expect(watcher.stdout).toContain(fact);
    }
    expect(watcher.stdout).toMatch(/Staging.*\(default\)/);
  });
});

describe('B-4: exit codes and streams of proj ask', () => {
  test('B-4: expired is 3, cancelled 4, pending 75, no daemon 69, a wrong word 2', async ({ scene }) => {
    const daemon = await scene.daemon();
    const codeOf = async (...ask: string[]): Promise<number | null> => (await scene.run(daemon, ['ask', ...ask])).code;
    expect(await codeOf('approval', 'Deploy?', '--timeout', '30ms')).toBe(3);
    expect(await codeOf('approval', 'Deploy?', '--no-wait', '--key', 'k')).toBe(75);
    expect(await codeOf('approval')).toBe(2);
    expect((await scene.run({ dir: scene.dir() }, ['ask', 'approval', 'Deploy?'])).code).toBe(69);
    const asker = scene.startProj(daemon, ['ask', 'approval', 'Deploy?']);
    await asker.errorLine(/^asked/);
    asker.kill('SIGINT');
    expect((await asker.exit).code).toBe(4);
  });

  test('B-4: the question comes from standard input, the answer alone goes to standard output', async ({ scene }) => {
    const daemon = await scene.daemon();
    const asker = scene.startProj(daemon, ['--json', 'ask', 'input', '-'], { input: 'What now?\n' });
    const [, id = ''] = /(ask_\w+)/.exec(await asker.errorLine(/^asked/)) ?? [];
    expect((await scene.run(daemon, ['answer', id, '-'], { input: 'Tea.\n' })).code).toBe(0);
    const { code, stdout } = await asker.exit;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { message: 'What now?', answer: { value: 'Tea.' } }]);
  });

  test('B-4: a program does not answer its own ask by accident', async ({ scene }) => {
    const daemon = await scene.daemon();
    const asker = scene.startProj(daemon, ['ask', 'approval', 'Deploy?']);
    const [, id = ''] = /(ask_\w+)/.exec(await asker.errorLine(/^asked/)) ?? [];
    const { session_id: own } = JSON.parse((await scene.run(daemon, ['--json', 'asks', 'show', id])).stdout);
    const inside = { env: { PROJ_SESSION_ID: own } };
    expect((await scene.run(daemon, ['answer', id, 'yes'], inside)).code).toBe(2);
    expect(await scene.run(daemon, ['answer', id, 'yes'])).toMatchObject({ code: 0 });
    expect((await asker.exit).code).toBe(0);
  });
});

describe('T-13: which daemon proj control talks to', () => {
  const control = ['control', '--respond', 'y', '--count', '1'];

  test('T-13: none is an error that says what to do; one is found; by socket works too', async ({ scene }) => {
    const none = await scene.start(scene.proj(control)).exit;
    expect([none.code, none.stderr]).toEqual([69, expect.stringContaining('proj ipc serve-sockets')]);
    const daemon = await scene.daemon();
    const ask = ['ask', 'approval', 'Go?', '--no-wait'];
    await scene.run(daemon, ask);
    expect((await scene.start(scene.proj(control)).exit).code).toBe(0);
    await scene.run(daemon, ask);
    expect((await scene.start(scene.proj([...control, '--socket', daemon.control])).exit).code).toBe(0);
  });

  test('T-13: several are named where there is no terminal, and offered in a menu where there is', async ({
    scene,
  }) => {
    const daemons = [await scene.daemon(), await scene.daemon()];
    const { code, stderr } = await scene.start(scene.proj(control)).exit;
    expect(code).toBe(2);
    for (const { dir } of daemons) expect(stderr).toContain(dir);
    await Promise.all(daemons.map((daemon) => scene.run(daemon, ['ask', 'approval', 'Go?', '--no-wait'])));
    const menu = scene.startOnTerminal(control);
    await menu.shows(/Which daemon/);
    menu.type('\r');
    expect((await menu.exit).code).toBe(0);
    const left = await Promise.all(daemons.map((daemon) => scene.run(daemon, ['--json', 'asks'])));
    expect(left.map(({ stdout }) => JSON.parse(stdout).length).toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});

test('T-8: how long an ask waits does not depend on the time zone', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { stdout } = await scene.run(daemon, ['ask', 'approval', 'Go?', '--timeout', '2h', '--no-wait']);
  for (const TZ of ['UTC', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Chatham']) {
    const card = await scene.run(daemon, ['asks', 'show', stdout.trim()], { env: { TZ } });
    expect([TZ, card.stdout]).toEqual([TZ, expect.stringMatching(/waiting \d+s, expires in 1h 59m/)]);
  }
});

test('P-15: a command answers within half a second', async ({ scene }) => {
  const daemon = await scene.daemon();
  const took: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const before = performance.now();
    await scene.run(daemon, ['status']);
    took.push(performance.now() - before);
  }
  // The others tell how busy this machine is.
  expect(Math.min(...took)).toBeLessThan(500);
});

test('T-11: a person answers in place, on a terminal', async ({ scene }) => {
  const daemon = await scene.daemon();
  const person = scene.startOnTerminal(['--dir', daemon.dir, 'control']);
  await person.shows(/0 pending/);
  const asker = scene.startProj(daemon, ['ask', 'choice', 'Where to?', ...options]);
  await person.shows(/confirm/);
  person.type('\u001b[B\u001b[B\r');
  expect(await asker.exit).toMatchObject({ code: 0, stdout: 'prod\n' });
  person.type('\u0003');
  expect((await person.exit).code).toBe(0);
});
