import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Scene, test } from '../support/scene.ts';

const CANARY = 'CANARY-4f1c9b7e';
const WRONG = 'CANARY-2d8801aa';

test('a secret is in no argument, environment, log, error or event, and in no file when its session has ended', async ({
  scene,
}) => {
  const dir = scene.dir();
  const config = join(scene.folder, 'debug.yaml');
  writeFileSync(config, 'log:\n  level: debug\n');
  const daemon = await scene.daemon({ dir, args: ['--config', config] });
  const tail = scene.startProj(daemon, ['ipc', 'tail', '--after', '0']);
  const control = scene.startProj(daemon, ['control']);
  await control.shows(/0 pending asks/);
  const schema = JSON.stringify({ type: 'string', maxLength: CANARY.length });
  const asker = scene.startProj(daemon, ['ask', 'input', 'Token?', '--secret', '--schema', schema]);
  const [, askId = ''] = /asked (ask_\w+)/.exec(await asker.errorLine(/asked ask_/)) ?? [];
  const wrong = scene.startProj(daemon, ['answer', askId, '-'], { input: `${WRONG}${WRONG}` });
  const refused = await wrong.exit;
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  const answer = scene.startProj(daemon, ['answer', askId, '-'], { interactive: true });
  // While all of them run: nobody has been given it but by standard input.
  const running = [daemon.program.pid, tail.pid, control.pid, asker.pid, answer.pid];
  answer.child.stdin?.end(CANARY);
  expect(running.flatMap(placesOf)).toEqual([]);
  const answered = await answer.exit;
  expect(await asker.exit).toMatchObject({ code: 0, stdout: `${CANARY}\n` });
  await control.shows(/is completed/);
  const views = [
    ['asks', 'list', '--state', 'all'],
    ['--json', 'asks', 'list', '--state', 'all'],
    ['sessions', 'list'],
  ];
  const shown = await Promise.all(views.map(async (args) => await scene.run(daemon, args)));
  // One more commit: what the session left behind is overwritten by then.
  await scene.run(daemon, ['pause']);
  const { stdout, stderr } = await daemon.stop();
  const said = [refused, answered, ...shown, { stdout, stderr }, control, tail].map((one) => one.stdout + one.stderr);
  for (const secret of [CANARY, WRONG]) expect(said.join('\n')).not.toContain(secret);
  expect(asker.stderr).not.toContain(CANARY);
  expect(filesWith(scene)).toEqual([]);
  // What is looked for would be found.
  expect(said.join('\n')).toContain(askId);
});

function placesOf(pid: number): string[] {
  return ['cmdline', 'environ'].filter((name) => {
    const text = readFileSync(`/proc/${pid}/${name}`, 'latin1');
    return text.includes(CANARY) || text.includes(WRONG);
  });
}

function filesWith({ folder }: Scene): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toContain('journal.db');
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path, 'latin1').includes(CANARY));
}
