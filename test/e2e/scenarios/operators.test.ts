import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { connectControl, connectRuntime } from '@proj/client';
import { expect } from 'vitest';
import { test } from '../support/scene.ts';

test('S-6: of 64 clients one leaves in the middle of a line, and none of the others notices', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wires = await Promise.all(Array.from({ length: 64 }, () => scene.connect(daemon.control)));
  await Promise.all(wires.map((wire) => wire.request('events.subscribe', {})));
  wires[7]?.write('{"v":1,"id":"torn');
  wires[7]?.close();
  await wires[7]?.closed;
  await scene.run(daemon, ['pause']);
  const others = wires.filter((_wire, at) => at !== 7);
  const told = await Promise.all(others.map((wire) => wire.event('daemon.changed')));
  expect(told).toEqual(told.map(() => told[0]));
  expect((await others[0]?.request('daemon.status', {}))?.clients).toEqual({ runtime: 0, control: 63 });
});

test('S-8: ping gives its nonce back, and the time', async ({ scene }) => {
  const daemon = await scene.daemon();
  for (const path of [daemon.runtime, daemon.control]) {
    const reply = await (await scene.connect(path)).request('ping', { nonce: 'n-1' });
    expect(reply).toEqual({ nonce: 'n-1', at: expect.stringMatching(/Z$/) });
    expect(Math.abs(Date.parse(reply.at) - Date.now())).toBeLessThan(60_000);
  }
  expect((await scene.run(daemon, ['ipc', 'ping'])).code).toBe(0);
});

test('S-9: clients are listed and can be disconnected, by operators only', async ({ scene }) => {
  const daemon = await scene.daemon();
  const program = await scene.connect(daemon.runtime);
  const { client_id } = await program.request('hello', { client: 'agent/1' });
  const operator = await scene.connect(daemon.control);
  await operator.request('events.subscribe', {});
  const row = (await operator.request('client.list', {})).clients.find((client) => client.client_id === client_id);
  expect(row).toMatchObject({ socket: 'runtime', client: 'agent/1', subscribed: false, in_flight: 0 });
  expect(await program.exchange('client.disconnect', { client_id })).toMatchObject({ error: { code: 'forbidden' } });
  await operator.request('client.disconnect', { client_id, reason: 'misbehaves' });
  await program.closed;
  const gone = await operator.find((line) => line['type'] === 'client.disconnected', 'the goodbye');
  expect(JSON.parse(gone).payload).toMatchObject({ client_id, reason: 'misbehaves' });
  expect(await operator.exchange('client.disconnect', { client_id })).toMatchObject({ error: { code: 'not_found' } });
});

test('P-6: the status is complete, and counts what happened', async ({ scene }) => {
  const daemon = await scene.daemon();
  const program = await scene.connect(daemon.runtime);
  const { session_id } = (await program.request('session.open', { name: 'work' })).session;
  await program.request('session.transition', { session_id, state: 'paused' });
  await program.request('session.transition', { session_id, state: 'active' });
  await program.request('ask.open', { session_id, kind: 'approval', message: 'Go?' });
  const { stdout } = await scene.run(daemon, ['--json', 'status']);
  expect(JSON.parse(stdout)).toEqual({
    state: 'monitoring',
    uptime_secs: expect.any(Number),
    current_session: session_id,
    saves_count: 4,
    total_resumes: 1,
    sessions: { live: 1, total: 1 },
    pending_asks: 1,
    clients: { runtime: 1, control: 1 },
    journal: { head_seq: 4, oldest_seq: 1, bytes: expect.any(Number), durability: 'full' },
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    pid: daemon.program.pid,
    started_at: expect.stringMatching(/Z$/),
    dir: daemon.dir,
    assurance: 'guardrail',
    config: { path: expect.stringContaining(daemon.dir), loaded_at: expect.stringMatching(/Z$/) },
  });
});

test('P-16: pid and start time stand beside the journal, and the counters go on after a kill', async ({ scene }) => {
  const first = await scene.daemon();
  const program = await scene.connect(first.runtime);
  await program.request('session.open', { name: 'work' });
  const file = JSON.parse(readFileSync(`${first.dir}/daemon.json`, 'utf8'));
  expect(file).toMatchObject({ pid: first.program.pid, started_at: expect.any(String), control_socket: first.control });
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  const status = await (await scene.connect(second.control)).request('daemon.status', {});
  expect(status).toMatchObject({ saves_count: 1, sessions: { live: 1, total: 1 }, pid: second.program.pid });
});

test('S-24: a subscription can be narrowed to types and to one session, and ended', async ({ scene }) => {
  const daemon = await scene.daemon();
  const program = await scene.connect(daemon.runtime);
  const one = (await program.request('session.open', { name: 'one' })).session.session_id;
  const two = (await program.request('session.open', { name: 'two' })).session.session_id;
  const narrow = await scene.connect(daemon.control);
  await narrow.request('events.subscribe', { session_id: one, types: ['session.logged'] });
  const own = await scene.connect(daemon.runtime);
  await own.request('events.subscribe', { session_id: two });
  for (const session_id of [one, two]) {
    await program.request('session.log', { session_id, sender: 'agent', content: 'hello' });
    await program.request('session.transition', { session_id, state: 'paused' });
  }
  await own.event('session.changed');
  await narrow.event('session.logged');
  await narrow.request('events.unsubscribe', {});
  await program.request('session.log', { session_id: one, sender: 'agent', content: 'unheard' });
  await narrow.request('ping', {});
  expect(narrow.events().map(({ type, seq }) => [type, seq])).toEqual([['session.logged', 3]]);
  expect(own.events().map(({ type, seq }) => [type, seq])).toEqual([
    ['session.logged', 5],
    ['session.changed', 6],
  ]);
});

test('S-24: a cursor that the journal does not reach is refused, never met with silence', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wire = await scene.connect(daemon.control);
  expect(await wire.exchange('events.subscribe', { after_seq: 99 })).toMatchObject({
    error: { code: 'cursor_expired', details: { head_seq: 0 } },
  });
});

test('S-18: a hundred idle clients cost next to nothing', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { dir } = daemon;
  const { pid } = daemon.program;
  const emptyMiB = residentMiB(pid);
  await using runtime = await connectRuntime({ dir });
  await using control = await connectControl({ dir });
  const watches = Array.from({ length: 98 }, () => control.watch());
  await Promise.all(watches.map((watch) => watch.ready));
  await runtime.ping();
  const before = { cpu: cpuSeconds(pid), at: performance.now() };
  // Not for anything to happen: this is the time that is measured.
  await delay(3_000);
  const share = (cpuSeconds(pid) - before.cpu) / ((performance.now() - before.at) / 1_000);
  expect(share).toBeLessThan(0.01);
  expect(residentMiB(pid) - emptyMiB).toBeLessThan(48);
  await Promise.all(watches.map((watch) => watch.close()));
});

test('S-30: a flood is read slowly, answered whole, and slows nobody else', async ({ scene }) => {
  const config = join(scene.folder, 'slow.yaml');
  writeFileSync(config, 'limits:\n  lines_per_second: 100\n');
  const daemon = await scene.daemon({ args: ['--config', config] });
  const flood = await scene.connect(daemon.control);
  const before = performance.now();
  const replies = Promise.all(Array.from({ length: 250 }, () => flood.request('ping', {})));
  await (await scene.connect(daemon.control)).request('ping', {});
  expect(performance.now() - before).toBeLessThan(1_000);
  await replies;
  expect(performance.now() - before).toBeGreaterThan(1_000);
});

/** Processor time a process has used. The kernel counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentMiB(pid: number): number {
  const [, kib = ''] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
