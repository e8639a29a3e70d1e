import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Program } from '../support/program.ts';
import { repository, type Scene, test } from '../support/scene.ts';

/**
 * `npm start` as the repository has it, without the set-up before it: the same script, the same way of handing
 * signals on, the daemon in the foreground.
 */
async function npmStart(scene: Scene): Promise<Program> {
  const folder = join(scene.folder, 'clone');
  mkdirSync(folder);
  const launch = JSON.stringify(join(repository, 'scripts/run/launch.mjs'));
  const serve = JSON.stringify([join(repository, 'apps/cli/bin/proj.js'), 'ipc', 'serve-sockets', '--idle-exit', '60']);
  writeFileSync(
    join(folder, 'run.mjs'),
    `const { runDaemon } = await import(${launch});\nprocess.exit(await runDaemon(${serve}));\n`,
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: 'exec node run.mjs' } }));
  const program = scene.start(['npm', 'start', '--silent'], {
    cwd: folder,
    env: { npm_config_update_notifier: 'false' },
  });
  await program.line(/^proj is ready/);
  return program;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`P-12: ${signal} to npm start ends the daemon, and leaves no process (O-7)`, async ({ scene }) => {
    const program = await npmStart(scene);
    program.kill(signal);
    const { stderr } = await program.exit;
    expect(stderr).toMatch(/"message":"stopped"/);
    await program.end();
  });

  test(`P-12: ${signal} to the whole group, as Ctrl-C does it, and once more`, async ({ scene }) => {
    const program = await npmStart(scene);
    program.killGroup(signal);
    await program.errorLine(/told to stop/);
    program.killGroup(signal);
    const { stderr } = await program.exit;
    expect(stderr).toMatch(/"message":"stopped"/);
    await program.end();
  });
}
