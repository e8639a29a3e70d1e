import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

// Each is two lines of the log: together far more than a pipe holds.
const clients = 2_000;

async function answering(scene: Scene, { control }: Daemon): Promise<Wire> {
  const wire = await scene.connect(control);
  await wire.request('ping', {});
  return wire;
}

async function stopped(daemon: Daemon): Promise<void> {
  const { code, signal } = await daemon.stop();
  expect({ code, signal }).toEqual({ code: 0, signal: null });
}

test('S-17: a full disk behind both outputs never stops the daemon', async ({ scene }) => {
  const full = openSync('/dev/full', 'w');
  const daemon = await scene.daemon({ stdout: full, stderr: full });
  const wire = await answering(scene, daemon);
  await wire.request('daemon.pause', {});
  await stopped(daemon);
  closeSync(full);
});

test('S-17: outputs that were closed never stop the daemon', async ({ scene }) => {
  const daemon = await scene.daemon();
  daemon.program.child.stdout?.destroy();
  daemon.program.child.stderr?.destroy();
  const wire = await answering(scene, daemon);
  for (let at = 0; at < 20; at += 1) (await scene.connect(daemon.control)).close();
  await wire.request('daemon.pause', {});
  await stopped(daemon);
});

test('S-17: a pipe that nobody reads never stops the daemon', async ({ scene }) => {
  const pipe = join(scene.folder, 'pipe');
  await scene.start(['mkfifo', pipe]).exit;
  // Both ends are open and nobody reads: what is written stays in the pipe.
  const ends = openSync(pipe, constants.O_RDWR);
  const dir = scene.dir();
  const config = join(scene.folder, 'debug.yaml');
  writeFileSync(config, 'log:\n  level: debug\n');
  const daemon = await scene.daemon({ dir, args: ['--config', config], stderr: ends });
  const wire = await answering(scene, daemon);
  for (let at = 0; at < clients; at += 1) (await scene.connect(daemon.control)).close();
  await wire.request('daemon.pause', {});
  await stopped(daemon);
  closeSync(ends);
});

test('B-4: a reader that goes away ends a command quietly', async ({ scene }) => {
  const daemon = await scene.daemon();
  const command = [...scene.proj(['--dir', daemon.dir, 'ipc', 'types']), '| head -n 1'].join(' ');
  const { code, stdout, stderr } = await scene.start(['/bin/sh', '-c', command]).exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toHaveLength(2);
});
