import type { Ask } from '@proj/protocol';
import { describe, expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

const approval = { kind: 'approval', message: 'Deploy 1.4.2?' };

async function askFrom(scene: Scene, daemon: Daemon, fields: object = approval): Promise<{ asker: Wire; ask: Ask }> {
  const asker = await scene.connect(daemon.runtime);
  const { session } = await asker.request('session.open', { name: 'deploy' });
  const { ask } = await asker.request('ask.open', { session_id: session.session_id, ...fields });
  return { asker, ask };
}

async function operators(scene: Scene, { control }: Daemon, count: number): Promise<Wire[]> {
  const wires = await Promise.all(Array.from({ length: count }, () => scene.connect(control)));
  await Promise.all(wires.map((wire) => wire.request('events.subscribe', {})));
  return wires;
}

test('T-1: every subscribed operator gets the ask of a program, as the same bytes (S-21, S-24)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wires = await operators(scene, daemon, 3);
  const { ask } = await askFrom(scene, daemon);
  const lines = await Promise.all(wires.map((wire) => wire.find((line) => line['type'] === 'ask.opened', 'the ask')));
  expect(JSON.parse(lines[0] ?? '').payload).toEqual(ask);
  expect(new Set(lines).size).toBe(1);
});

test('T-2: sixteen operators race for one answer and one wins (B-3)', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { asker, ask } = await askFrom(scene, daemon);
  const wires = await Promise.all(Array.from({ length: 16 }, () => scene.connect(daemon.control)));
  const replies = await Promise.all(
    wires.map((wire, at) =>
      wire.request('ask.answer', { ask_id: ask.ask_id, value: at % 2 === 0, responder_id: `racer-${at}` }),
    ),
  );
  const winners = replies.filter(({ verdict }) => verdict === 'won');
  expect(winners).toHaveLength(1);
  const settled = (await asker.request('ask.wait', { ask_id: ask.ask_id })).ask;
  expect(replies.map(({ ask }) => ask)).toEqual(replies.map(() => settled));
  expect(replies.filter(({ verdict }) => verdict === 'lost')).toHaveLength(15);
});

test('T-2: two operators race by the command; the second hears who won', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { ask } = await askFrom(scene, daemon);
  const racers = ['yes', 'no'].map((word) => scene.run(daemon, ['--json', 'answer', ask.ask_id, word]));
  const exits = await Promise.all(racers);
  expect(new Set(exits.map(({ code }) => code))).toEqual(new Set([0, 1]));
  const [first, second] = exits.map(({ stdout }) => JSON.parse(stdout));
  expect(new Set([first.verdict, second.verdict])).toEqual(new Set(['won', 'lost']));
  expect(first.ask).toEqual(second.ask);
});

test('T-3: the other doors are told who answered, and through which channel', async ({ scene }) => {
  const daemon = await scene.daemon();
  const watcher = scene.startProj(daemon, ['control']);
  await watcher.line(/0 pending asks/);
  const { ask } = await askFrom(scene, daemon);
  const [other] = await operators(scene, daemon, 1);
  const bot = await scene.connect(daemon.control);
  await bot.request('hello', { client: 'bot/1', channel_id: 'slack:C04:123' });
  await bot.request('ask.answer', { ask_id: ask.ask_id, value: true, responder_id: 'U7', responder_name: 'Ada' });
  const settled = await other?.event('ask.settled');
  expect(settled?.payload.answer).toMatchObject({ channel_id: 'slack:C04:123', responder_name: 'Ada', value: true });
  expect(await watcher.line(/answered via/)).toContain('answered via slack:C04:123');
});

test('T-4: an operator who comes after the ask finds it by snapshot and by list', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { ask } = await askFrom(scene, daemon);
  const late = await scene.connect(daemon.control);
  expect((await late.request('events.subscribe', { snapshot: true })).asks).toEqual([ask]);
  expect((await late.request('ask.list', { state: 'pending' })).asks).toEqual([ask]);
  const control = scene.startProj(daemon, ['control', '--respond', 'y', '--count', '1']);
  expect(await control.exit).toMatchObject({ code: 0 });
  expect((await late.event('ask.settled')).payload.answer?.value).toBe(true);
});

test('T-6: a withdrawn ask goes away everywhere, and an answer to it is told so', async ({ scene }) => {
  const daemon = await scene.daemon();
  const wires = await operators(scene, daemon, 2);
  const { asker, ask } = await askFrom(scene, daemon);
  const { ask: cancelled } = await asker.request('ask.cancel', { ask_id: ask.ask_id, reason: 'no longer needed' });
  const told = await Promise.all(wires.map((wire) => wire.event('ask.settled')));
  expect(told.map(({ payload }) => payload)).toEqual([cancelled, cancelled]);
  expect(cancelled).toMatchObject({ state: 'cancelled', state_reason: 'no longer needed' });
  expect(await wires[0]?.request('ask.answer', { ask_id: ask.ask_id, value: true })).toEqual({
    verdict: 'cancelled',
    ask: cancelled,
  });
});

test('T-7: an ask and its answer carry what was said and by whom', async ({ scene }) => {
  const daemon = await scene.daemon();
  const options = [{ label: 'Staging', value: 'stg' }];
  const { ask } = await askFrom(scene, daemon, { kind: 'choice', message: 'Where?', options, default_value: 'stg' });
  const operator = await scene.connect(daemon.control);
  const who = { responder_id: 'ada', responder_name: 'Ada' };
  const { ask: settled } = await operator.request('ask.answer', { ask_id: ask.ask_id, value: 'stg', ...who });
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(ask).toEqual({
    ask_id: expect.any(String),
    session_id: expect.any(String),
    session_name: 'deploy',
    kind: 'choice',
    message: 'Where?',
    options,
    default_value: 'stg',
    on_timeout: 'expire',
    urgency: 'blocking',
    context: [],
    items: [],
    opened_at: time,
    changed_seq: expect.any(Number),
    state: 'pending',
  });
  expect(settled.answer).toMatchObject({ value: 'stg', ...who, answered_at: time, timed_out: false });
});

describe('T-9: time runs out', () => {
  const timing = { timeout_ms: 50, default_value: true };

  test('T-9: the default is used where the ask says so', async ({ scene }) => {
    const daemon = await scene.daemon();
    const { asker, ask } = await askFrom(scene, daemon, { ...approval, ...timing, on_timeout: 'use_default' });
    const { ask: settled } = await asker.request('ask.wait', { ask_id: ask.ask_id });
    expect(settled).toMatchObject({ state: 'answered', answer: { value: true, timed_out: true } });
  });

  test('T-9: else it expires, whatever its default, and a late answer is no answer', async ({ scene }) => {
    const daemon = await scene.daemon();
    const { asker, ask } = await askFrom(scene, daemon, { ...approval, ...timing });
    const { ask: settled } = await asker.request('ask.wait', { ask_id: ask.ask_id });
    expect(settled.state).toBe('expired');
    expect(settled.answer).toBeUndefined();
    const operator = await scene.connect(daemon.control);
    expect(await operator.request('ask.answer', { ask_id: ask.ask_id, value: true })).toEqual({
      verdict: 'expired',
      ask: settled,
    });
  });
});

test('T-19: the asker says how long it waits, and may wait again', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { asker, ask } = await askFrom(scene, daemon);
  expect((await asker.request('ask.wait', { ask_id: ask.ask_id, timeout_ms: 30 })).ask.state).toBe('pending');
  const waiting = asker.request('ask.wait', { ask_id: ask.ask_id, timeout_ms: 30_000 });
  const operator = await scene.connect(daemon.control);
  await operator.request('ask.answer', { ask_id: ask.ask_id, value: false });
  expect((await waiting).ask.answer?.value).toBe(false);
});

test('B-3: an answer that does not fit uses nothing up, and an unknown ask is not found', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { ask } = await askFrom(scene, daemon);
  const operator = await scene.connect(daemon.control);
  const misfit = await operator.exchange('ask.answer', { ask_id: ask.ask_id, value: 'perhaps' });
  expect(misfit).toMatchObject({ ok: false, error: { code: 'invalid_answer' } });
  expect((await operator.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
  const unknown = await operator.exchange('ask.answer', { ask_id: 'ask_nobody', value: true });
  expect(unknown).toMatchObject({ ok: false, error: { code: 'not_found' } });
  const answer = { ask_id: ask.ask_id, value: true, answer_id: 'a1' };
  const won = await operator.request('ask.answer', answer);
  expect(await operator.request('ask.answer', answer)).toEqual(won);
  expect(await operator.exchange('ask.answer', { ...answer, value: false })).toMatchObject({
    error: { code: 'conflict' },
  });
});

test('B-13: the answer to a secret ask reaches its asker and nothing else', async ({ scene }) => {
  const canary = 'canary-7f3a91';
  const daemon = await scene.daemon();
  const [watcher] = await operators(scene, daemon, 1);
  const log = scene.startProj(daemon, ['control']);
  await log.line(/pending/);
  const { asker, ask } = await askFrom(scene, daemon, { kind: 'input', message: 'Token?', secret: true });
  const operator = await scene.connect(daemon.control);
  await operator.request('ask.answer', { ask_id: ask.ask_id, value: canary });
  await watcher?.event('ask.settled');
  await log.line(/settled|answered/);
  const lists = await Promise.all([
    operator.request('ask.list', {}),
    operator.request('ask.get', { ask_id: ask.ask_id }),
    operator.request('events.subscribe', { after_seq: 0, snapshot: true }),
  ]);
  await operator.event('ask.settled');
  const seen = [...(watcher?.lines ?? []), ...operator.lines, JSON.stringify(lists), log.stdout, log.stderr];
  expect(seen.filter((text) => text.includes(canary))).toEqual([]);
  expect(daemon.program.stderr).not.toContain(canary);
  expect((await asker.request('ask.get', { ask_id: ask.ask_id })).ask.answer?.value).toBe(canary);
});
