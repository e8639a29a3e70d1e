import { expect } from 'vitest';
import { test } from '../support/scene.ts';

test('B-2: inside the session that asked no client can answer, whatever it is', async ({ scene }) => {
  const daemon = await scene.daemon();
  const program = await scene.connect(daemon.runtime);
  const { session } = await program.request('session.open', { name: 'agent' });
  const { ask } = await program.request('ask.open', {
    session_id: session.session_id,
    kind: 'approval',
    message: 'Deploy?',
  });
  const send = ['ipc', 'send', 'ask.answer', JSON.stringify({ ask_id: ask.ask_id, value: true })];
  const inside = { env: { PROJ_SESSION_ID: session.session_id } };
  // Around the command's own check, and with the variable gone from the process itself but not from its parent.
  const cleared = ['/bin/sh', '-c', 'env -u PROJ_SESSION_ID "$@"; exit', 'sh', ...scene.proj(['--dir', daemon.dir])];
  for (const program of [scene.startProj(daemon, send, inside), scene.start([...cleared, ...send], inside)]) {
    const { ok, error } = JSON.parse((await program.exit).stdout);
    expect([ok, error]).toEqual([
      false,
      { code: 'forbidden', message: expect.any(String), details: { reason: 'self_answer' } },
    ]);
  }
  const { pid, exit } = scene.startProj(daemon, send, { env: { PROJ_SESSION_ID: 'ses_other' } });
  const { verdict, ask: settled } = JSON.parse((await exit).stdout).payload;
  const peer = { uid: process.geteuid?.(), pid, executable: expect.stringMatching(/node/) };
  expect([verdict, settled.answer.peer]).toEqual(['won', peer]);
});
