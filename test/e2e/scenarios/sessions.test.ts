import { connectControl, connectRuntime, type SessionChannel } from '@proj/client';
import type { SessionState } from '@proj/protocol';
import { describe, expect } from 'vitest';
import { type Daemon, type Scene, test } from '../support/scene.ts';
import type { Wire } from '../support/wire.ts';

interface Open {
  program: Wire;
  operator: Wire;
  session_id: string;
}

async function open(scene: Scene, daemon: Daemon): Promise<Open> {
  const program = await scene.connect(daemon.runtime);
  const operator = await scene.connect(daemon.control);
  const { session } = await program.request('session.open', { name: 'work', channel_id: 'slack:C04:123' });
  return { program, operator, session_id: session.session_id };
}

test('A-1: a session channel emits and receives, null when the time is up (A-2, A-3)', async ({ scene }) => {
  const { dir } = await scene.daemon();
  await using runtime = await connectRuntime({ dir });
  await using control = await connectControl({ dir, channelId: 'mail:ops' });
  const channels: SessionChannel[] = [
    await runtime.openSession({ name: 'one', channelId: 'cli:tty0' }),
    await runtime.openSession({ name: 'two', channelId: 'slack:C04:123' }),
  ];
  expect(channels.map(({ channelId }) => channelId)).toEqual(['cli:tty0', 'slack:C04:123']);
  expect(await channels[0]?.receive(20)).toBeNull();
  const seqs = await Promise.all(
    channels.map((channel) => channel.emit({ event_type: 'status_update', message: 'at work' })),
  );
  expect(seqs).toEqual([expect.any(Number), expect.any(Number)]);
  const [one, two] = await control.sessions();
  const watch = control.watch({ types: ['session.input'] });
  await watch.ready;
  await control.input(two?.session_id ?? '', { input_type: 'message', text: 'for two' });
  await control.input(one?.session_id ?? '', { input_type: 'message', text: 'for one' });
  expect(await channels[0]?.receive()).toEqual({ input_type: 'message', text: 'for one' });
  expect(await channels[1]?.receive()).toEqual({ input_type: 'message', text: 'for two' });
  for await (const event of watch) {
    expect('by' in event && event.by?.channel_id).toBe('mail:ops');
    break;
  }
});

test('A-7: what goes wrong on a channel is closed, lost, or what the daemon said', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { dir } = daemon;
  const event = { event_type: 'status_update', message: 'at work' } as const;
  await using lasting = await connectRuntime({ dir });
  const session = await lasting.openSession({ name: 'work' });
  await session.complete();
  await expect(session.emit(event)).rejects.toMatchObject({ name: 'ProtocolError', code: 'conflict' });
  await lasting.close();
  await expect(session.emit(event)).rejects.toMatchObject({ name: 'ClientError', code: 'closed' });
  await using brief = await connectRuntime({ dir, reconnect: false });
  const other = await brief.openSession({ name: 'work' });
  const waiting = expect(other.receive()).rejects.toMatchObject({ name: 'ClientError', code: 'connection_lost' });
  await daemon.crash();
  await waiting;
});

test('A-4: each event a session reports arrives as it was said, and a draft is added once (A-11)', async ({
  scene,
}) => {
  const daemon = await scene.daemon();
  const { program, operator, session_id } = await open(scene, daemon);
  await operator.request('events.subscribe', {});
  const draft = { event_type: 'draft_ready', draft_id: 'd1', summary: 'first', artifact_count: 2 };
  const events = [
    { event_type: 'agent_output', stream: 'stdout', content: 'compiling\n' },
    { event_type: 'agent_output', stream: 'stderr', content: 'warning\n' },
    draft,
    { event_type: 'goal_complete', goal_id: 'g1' },
    { event_type: 'waiting_for_input', prompt: 'Which branch?' },
    { event_type: 'status_update', message: 'done' },
    draft,
  ];
  for (const event of events) await program.request('session.emit', { session_id, event });
  const last = (await program.request('ping', {})) && (await program.request('session.get', { session_id }));
  await operator.find((line) => line['seq'] === last.session.changed_seq, 'the last event');
  const seen = operator.events().filter(({ type }) => type === 'session.event');
  expect(seen.map(({ payload }) => payload)).toEqual(events);
  expect(last.session.draft_ids).toEqual(['d1']);
});

test('A-4: an event with the same id has one effect', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { program, session_id } = await open(scene, daemon);
  const event = { event_type: 'status_update', message: 'once' };
  const first = await program.request('session.emit', { session_id, event, event_id: 'e1' });
  expect(await program.request('session.emit', { session_id, event, event_id: 'e1' })).toEqual(first);
});

test('A-5: each thing a person can say reaches the program as it was said', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { program, operator, session_id } = await open(scene, daemon);
  const inputs = [
    { input_type: 'message', text: 'smaller steps' },
    { input_type: 'approve', draft_id: 'd1', artifact_uri: 'file:///a' },
    { input_type: 'reject', draft_id: 'd2', reason: 'no tests' },
    { input_type: 'abort' },
  ];
  for (const input of inputs) await operator.request('session.input', { session_id, input });
  const received: unknown[] = [];
  let seq = 0;
  for (const _ of inputs) {
    const reply = await program.request('session.receive', { session_id, after_seq: seq });
    received.push(reply.input);
    seq = reply.seq;
  }
  expect(received).toEqual(inputs);
  expect(await program.request('session.receive', { session_id, after_seq: seq, timeout_ms: 0 })).toEqual({
    input: null,
    seq,
  });
  const input = { input_type: 'reject', draft_id: 'd2' };
  expect(await operator.exchange('session.input', { session_id, input })).toMatchObject({
    error: { code: 'invalid_payload' },
  });
});

test('A-6: what a program says is one safe line on the screen of an operator', async ({ scene }) => {
  const daemon = await scene.daemon();
  const watcher = scene.startProj(daemon, ['control']);
  await watcher.line(/0 pending/);
  const { program, session_id } = await open(scene, daemon);
  const event = { event_type: 'status_update', message: '\u001b]0;owned\u0007 a\nb \u202eevil' };
  await program.request('session.emit', { session_id, event });
  expect(await watcher.line(/owned/)).toContain('│ \\x1b]0;owned\\x07 a\\nb \\u202eevil');
});

describe('states', () => {
  const states: SessionState[] = ['active', 'paused', 'completed', 'aborted'];
  const allowed = ['active paused', 'active completed', 'active aborted', 'paused active', 'paused aborted'];

  for (const from of states) {
    test(`A-9: what a session that is ${from} may become (A-12)`, async ({ scene }) => {
      const daemon = await scene.daemon();
      const program = await scene.connect(daemon.runtime);
      for (const to of states) {
        const { session_id } = (await program.request('session.open', { name: `${from} ${to}` })).session;
        if (from !== 'active') await program.request('session.transition', { session_id, state: from });
        const before = (await program.request('session.get', { session_id })).session;
        const reply = await program.exchange('session.transition', { session_id, state: to });
        const after = (await program.request('session.get', { session_id })).session;
        if (allowed.includes(`${from} ${to}`)) {
          expect(after).toMatchObject({ state: to });
          expect(after.changed_seq).toBeGreaterThan(before.changed_seq);
          expect(after.updated_at >= before.updated_at).toBe(true);
        } else {
          expect([to, reply]).toMatchObject([to, { error: { code: 'conflict', details: { from, to } } }]);
          expect(after).toEqual(before);
        }
      }
    });
  }

  test('A-12: live is active or paused, and an end takes the pending asks with it', async ({ scene }) => {
    const daemon = await scene.daemon();
    const { program, operator, session_id } = await open(scene, daemon);
    const live = async (): Promise<number> => (await operator.request('daemon.status', {})).sessions.live;
    expect(await live()).toBe(1);
    const { ask } = await program.request('ask.open', { session_id, kind: 'approval', message: 'Go?' });
    await operator.request('session.pause', { session_id, reason: 'lunch' });
    expect(await live()).toBe(1);
    expect(await program.exchange('session.transition', { session_id, state: 'active' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    await operator.request('session.abort', { session_id, reason: 'enough' });
    expect(await live()).toBe(0);
    expect((await program.request('ask.wait', { ask_id: ask.ask_id })).ask.state).toBe('cancelled');
    const event = { event_type: 'status_update', message: 'too late' };
    expect(await program.exchange('session.emit', { session_id, event })).toMatchObject({
      error: { code: 'conflict' },
    });
  });

  test('S-27: an operator pauses, resumes and aborts by the command', async ({ scene }) => {
    const daemon = await scene.daemon();
    const { operator, session_id } = await open(scene, daemon);
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['resume', 'active'],
      ['abort', 'aborted'],
    ]) {
      expect((await scene.run(daemon, ['sessions', verb ?? '', session_id.slice(0, 12)])).code).toBe(0);
      expect((await operator.request('session.get', { session_id })).session.state).toBe(state);
    }
  });
});

test('A-10: the conversation keeps who said what, over a kill (A-20)', async ({ scene }) => {
  const first = await scene.daemon();
  const { program, operator, session_id } = await open(scene, first);
  const said = [
    ['human', 'Fix the build.'],
    ['agent', 'On it.'],
    ['system', 'CI is green.'],
    ['reviewer-2', 'Looks good.'],
  ];
  for (const [sender, content] of said) await program.request('session.log', { session_id, sender, content });
  const before = (await operator.request('session.messages', { session_id })).messages;
  expect(before.map(({ sender, content }) => [sender, content])).toEqual(said);
  await first.crash();
  const second = await scene.daemon({ dir: first.dir });
  const again = await scene.connect(second.control);
  expect((await again.request('session.messages', { session_id })).messages).toEqual(before);
  const after = (await again.request('session.messages', { session_id, after_seq: before[1]?.seq })).messages;
  expect(after).toEqual(before.slice(2));
});

test('O-13: the journal can be exported whole, with type, time and session', async ({ scene }) => {
  const daemon = await scene.daemon();
  const { program, session_id } = await open(scene, daemon);
  await program.request('session.log', { session_id, sender: 'agent', content: 'hello' });
  await program.request('session.transition', { session_id, state: 'completed' });
  const tail = scene.startProj(daemon, ['ipc', 'tail', '--after', '0']);
  await tail.line(/"state":"completed"/);
  const events = tail.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(events).toMatchObject([
    { seq: 1, type: 'session.opened', at: time, session_id },
    { seq: 2, type: 'session.logged', at: time, session_id },
    { seq: 3, type: 'session.changed', at: time, session_id },
  ]);
});
