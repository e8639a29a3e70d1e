import { expect, test } from 'vitest';
import { ownPeer } from '../support/own-peer.ts';
import { startDaemon, startWithSession } from './start-daemon.ts';

test('a session is opened with what it says, an unguessable id, and the event of it', async () => {
  const daemon = await startDaemon();
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  await control.request('events.subscribe');
  const said = {
    key: 'k',
    name: 'nightly',
    goal_id: 'g',
    agent_id: 'a',
    channel_id: 'c',
    metadata: { deep: [1, null] },
  };
  const { session, created } = await runtime.request('session.open', said);
  expect(created).toBe(true);
  expect(session).toEqual({
    ...said,
    session_id: expect.stringMatching(/^ses_[0-9a-f]{32}$/),
    state: 'active',
    created_at: session.updated_at,
    updated_at: expect.any(String),
    changed_seq: 1,
    draft_ids: [],
    message_count: 0,
    pending_asks: 0,
    connected: true,
  });
  const { client_id } = await runtime.request('hello');
  expect(await control.nextEvent()).toEqual({
    v: 1,
    seq: 1,
    at: session.created_at,
    type: 'session.opened',
    session_id: session.session_id,
    by: { client_id, channel_id: `runtime:${client_id}`, peer: ownPeer },
    payload: session,
  });
});

test('the same key within one agent is the same live session', async () => {
  const daemon = await startDaemon();
  const runtime = await daemon.connect('runtime');
  const open = async (payload: object) => {
    const { session, created } = await runtime.request('session.open', { name: 'n', key: 'k', ...payload });
    return [session.session_id, created];
  };
  const [first] = await open({});
  expect(await open({ name: 'other' })).toEqual([first, false]);
  const [ofAgent, created] = await open({ agent_id: 'a' });
  expect([ofAgent === first, created]).toEqual([false, true]);
  expect(await open({ agent_id: 'a' })).toEqual([ofAgent, false]);
  await runtime.request('session.transition', { session_id: first, state: 'paused' });
  expect(await open({})).toEqual([first, false]);
  await daemon.restart();
  const again = await daemon.connect('runtime');
  expect((await again.request('session.open', { name: 'n', key: 'k' })).session.session_id).toBe(first);
  await again.request('session.transition', { session_id: first, state: 'aborted' });
  expect((await again.request('session.open', { name: 'n', key: 'k' })).created).toBe(true);
});

const moves = { active: ['paused', 'completed', 'aborted'], paused: ['active', 'aborted'], completed: [], aborted: [] };

test.each(Object.entries(moves))('from %s to %j and nowhere else', async (from, allowed) => {
  const daemon = await startDaemon();
  const runtime = await daemon.connect('runtime');
  for (const to of Object.keys(moves)) {
    const { session } = await runtime.request('session.open', { name: 'n' });
    const { session_id } = session;
    if (from !== 'active') await runtime.request('session.transition', { session_id, state: from });
    const request = { session_id, state: to, reason: 'because' };
    if ((allowed as string[]).includes(to)) {
      const moved = (await runtime.request('session.transition', request)).session;
      expect(moved).toMatchObject({ state: to, state_reason: 'because' });
      expect((await runtime.request('session.get', { session_id })).session).toEqual(moved);
    } else {
      expect(await runtime.refusal('session.transition', request)).toMatchObject({
        code: 'conflict',
        details: { from, to },
      });
    }
  }
});

test('what an operator paused only an operator resumes', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const request = { session_id: sessionId };
  const { session } = await control.request('session.pause', { ...request, reason: 'wait' });
  expect(session).toMatchObject({ state: 'paused', state_reason: 'wait', paused_by: 'operator' });
  const error = await runtime.refusal('session.transition', { ...request, state: 'active' });
  expect(error).toMatchObject({ code: 'forbidden', details: { reason: 'paused_by_operator' } });
  const resumed = (await control.request('session.resume', request)).session;
  expect(resumed.state).toBe('active');
  expect(resumed).not.toHaveProperty('paused_by');
  await runtime.request('session.transition', { ...request, state: 'paused' });
  expect((await runtime.request('session.transition', { ...request, state: 'active' })).session.state).toBe('active');
  await runtime.request('session.transition', { ...request, state: 'paused' });
  expect((await control.request('session.resume', request)).session.state).toBe('active');
  expect((await control.request('daemon.status')).total_resumes).toBe(3);
  expect((await control.request('session.abort', request)).session.state).toBe('aborted');
  for (const type of ['session.pause', 'session.resume', 'session.abort']) {
    expect((await control.refusal(type, request)).code).toBe('conflict');
  }
});

test("an operator's pause survives a restart", async () => {
  const { daemon, control, sessionId } = await startWithSession();
  await control.request('session.pause', { session_id: sessionId });
  await daemon.restart();
  const runtime = await daemon.connect('runtime');
  const error = await runtime.refusal('session.transition', { session_id: sessionId, state: 'active' });
  expect(error.code).toBe('forbidden');
});

test('a final state cancels the pending asks in the same commit; later writes are conflict', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const ask = { session_id: sessionId, kind: 'approval', message: '?' };
  const opened = [await runtime.request('ask.open', ask), await runtime.request('ask.open', ask)];
  runtime.send({ v: 1, id: 'w', type: 'ask.wait', payload: { ask_id: opened[0].ask.ask_id } });
  runtime.send({ v: 1, id: 'r', type: 'session.receive', payload: { session_id: sessionId } });
  await control.request('events.subscribe');
  const { session } = await runtime.request('session.transition', { session_id: sessionId, state: 'completed' });
  expect(session).toMatchObject({ state: 'completed', pending_asks: 0 });
  const events = [await control.nextEvent(), await control.nextEvent(), await control.nextEvent()];
  expect(events.map(({ type, payload }) => [type, payload.state])).toEqual([
    ['ask.settled', 'cancelled'],
    ['ask.settled', 'cancelled'],
    ['session.changed', 'completed'],
  ]);
  expect((await runtime.reply('w'))['payload'].ask).toEqual(events[0]?.['payload']);
  expect((await runtime.reply('r'))['payload']).toEqual({ input: null, seq: 0 });
  const event = { event_type: 'status_update', message: 'm' };
  const writes: [string, object][] = [
    ['session.emit', { session_id: sessionId, event }],
    ['session.log', { session_id: sessionId, sender: 'agent', content: 'c' }],
    ['ask.open', ask],
  ];
  for (const [type, payload] of writes) expect((await runtime.refusal(type, payload)).code).toBe('conflict');
  const input = { session_id: sessionId, input: { input_type: 'abort' } };
  expect((await control.refusal('session.input', input)).code).toBe('conflict');
  const late = await control.request('ask.answer', { ask_id: opened[1].ask.ask_id, value: true });
  expect(late).toEqual({ verdict: 'cancelled', ask: events[1]?.['payload'] });
});

test('every kind of session event is in the journal as it was said; a draft is added once', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  await control.request('events.subscribe', { types: ['session.event'] });
  const events = [
    { event_type: 'agent_output', stream: 'stderr', content: 'a\r\n\u001b[0m' },
    { event_type: 'draft_ready', draft_id: 'd1', summary: 's', artifact_count: 0 },
    { event_type: 'draft_ready', draft_id: 'd1', summary: 'again', artifact_count: 2 },
    { event_type: 'draft_ready', draft_id: 'd2', summary: '', artifact_count: 1 },
    { event_type: 'goal_complete', goal_id: 'g' },
    { event_type: 'waiting_for_input', prompt: '>' },
    { event_type: 'status_update', message: '' },
  ];
  for (const event of events) {
    const { seq } = await runtime.request('session.emit', { session_id: sessionId, event });
    expect(await control.nextEvent()).toMatchObject({ seq, session_id: sessionId, payload: event });
  }
  const { session } = await control.request('session.get', { session_id: sessionId });
  expect(session.draft_ids).toEqual(['d1', 'd2']);
  const wrong = [
    { event_type: 'agent_output', stream: 'stdin', content: '' },
    { event_type: 'status_update' },
    { event_type: 'status_update', message: 'm', more: 1 },
    { event_type: 'draft_ready', draft_id: 'd', summary: 's', artifact_count: -1 },
    { event_type: 'no_such' },
  ];
  for (const event of wrong) {
    expect((await runtime.refusal('session.emit', { session_id: sessionId, event })).code).toBe('invalid_payload');
  }
});

test('the same event_id has one effect and the same seq, after a restart and after the end too', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const emit = { session_id: sessionId, event: { event_type: 'status_update', message: 'm' }, event_id: 'e1' };
  const log = { session_id: sessionId, sender: 'agent', content: 'c', event_id: 'e2' };
  const { seq } = await runtime.request('session.emit', emit);
  const logged = await runtime.request('session.log', log);
  expect(await runtime.request('session.emit', emit)).toEqual({ seq });
  expect(await runtime.request('session.log', log)).toEqual(logged);
  const other = { ...emit, event: { event_type: 'status_update', message: 'other' } };
  expect((await runtime.refusal('session.emit', other)).code).toBe('conflict');
  expect((await runtime.refusal('session.log', { ...log, event_id: 'e1' })).code).toBe('conflict');
  await control.request('session.abort', { session_id: sessionId });
  await daemon.restart();
  const again = await daemon.connect('runtime');
  expect(await again.request('session.emit', emit)).toEqual({ seq });
  expect((await again.request('session.get', { session_id: sessionId })).session.message_count).toBe(1);
});

test('messages are read page by page, in order, after a restart too', async () => {
  const { daemon, runtime, sessionId } = await startWithSession();
  const senders = ['human', 'agent', 'system', 'Zo\u00eb', 'agent'];
  const seqs: number[] = [];
  for (const [i, sender] of senders.entries()) {
    seqs.push((await runtime.request('session.log', { session_id: sessionId, sender, content: `${i}` })).seq);
  }
  await daemon.restart();
  const control = await daemon.connect('control');
  const read = (payload: object) => control.request('session.messages', { session_id: sessionId, ...payload });
  const { messages } = await read({});
  expect(messages).toEqual(
    senders.map((sender, i) => ({ seq: seqs[i], sender, content: `${i}`, at: expect.any(String) })),
  );
  const first = await read({ limit: 2 });
  expect(first.messages).toEqual(messages.slice(0, 2));
  const second = await read({ limit: 2, after_seq: first.next });
  expect(second.messages).toEqual(messages.slice(2, 4));
  expect(await read({ limit: 2, after_seq: second.next })).toEqual({ messages: messages.slice(4) });
  expect(await read({ after_seq: seqs[4] })).toEqual({ messages: [] });
  expect((await control.request('session.get', { session_id: sessionId })).session.message_count).toBe(5);
});

test('sessions are listed in order of creation, by state, page by page', async () => {
  const daemon = await startDaemon();
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  for (const name of ['a', 'b', 'c', 'd', 'e']) await runtime.request('session.open', { name });
  const { sessions } = await control.request('session.list');
  expect(sessions.map((session: { name: string }) => session.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  await control.request('session.abort', { session_id: sessions[1].session_id });
  const names = async (payload: object): Promise<[string[], string?]> => {
    const page = await control.request('session.list', payload);
    return [page.sessions.map((session: { name: string }) => session.name), page.next];
  };
  expect(await names({ state: 'aborted' })).toEqual([['b'], undefined]);
  const [active, next] = await names({ state: 'active', limit: 3 });
  expect(active).toEqual(['a', 'c', 'd']);
  expect(await names({ state: 'active', limit: 3, after: next })).toEqual([['e'], undefined]);
  expect(await names({ limit: 5 })).toEqual([['a', 'b', 'c', 'd', 'e'], undefined]);
  for (const payload of [{ limit: 0 }, { limit: 501 }, { after: 'nonsense' }, { after: '' }, { state: 'live' }]) {
    expect((await control.refusal('session.list', payload)).code).toBe('invalid_payload');
  }
});

test('a page that would not fit a frame is shorter and goes on', async () => {
  const daemon = await startDaemon({ config: { limits: { frame_bytes: 16_384 } } });
  const [runtime, control] = [await daemon.connect('runtime'), await daemon.connect('control')];
  for (let i = 0; i < 9; i++)
    await runtime.request('session.open', { name: `${i}`, metadata: { a: 'x'.repeat(4_000) } });
  const names: string[] = [];
  let after: string | undefined;
  do {
    const page = await control.request('session.list', after === undefined ? {} : { after });
    names.push(...page.sessions.map((session: { name: string }) => session.name));
    after = page.next;
  } while (after !== undefined);
  expect(names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
});

test('connected says whether a runtime client holds the session now', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const isConnected = async (): Promise<boolean> =>
    (await control.request('session.get', { session_id: sessionId })).session.connected;
  await control.request('events.subscribe', { types: ['client.disconnected'] });
  expect(await isConnected()).toBe(true);
  const second = await daemon.connect('runtime');
  await second.request('session.get', { session_id: sessionId });
  runtime.close();
  await control.nextEvent();
  expect(await isConnected()).toBe(true);
  second.close();
  await control.nextEvent();
  expect(await isConnected()).toBe(false);
  expect((await control.request('session.list')).sessions[0].connected).toBe(false);
  await (await daemon.connect('runtime')).request('session.get', { session_id: sessionId });
  expect(await isConnected()).toBe(true);
  await daemon.restart();
  const later = await daemon.connect('control');
  expect((await later.request('session.get', { session_id: sessionId })).session.connected).toBe(false);
});

test('an unknown session is not_found everywhere', async () => {
  const { runtime, control } = await startWithSession();
  const session_id = 'ses_00000000000000000000000000000000';
  const event = { event_type: 'status_update', message: 'm' };
  const onRuntime: [string, object][] = [
    ['session.get', {}],
    ['session.emit', { event }],
    ['session.log', { sender: 'a', content: 'c' }],
    ['session.transition', { state: 'paused' }],
    ['session.receive', {}],
    ['ask.open', { kind: 'approval', message: '?' }],
    ['events.subscribe', {}],
  ];
  const onControl: [string, object][] = [
    ['session.get', {}],
    ['session.messages', {}],
    ['session.pause', {}],
    ['session.resume', {}],
    ['session.abort', {}],
    ['session.input', { input: { input_type: 'abort' } }],
    ['events.subscribe', {}],
  ];
  for (const [type, rest] of onRuntime)
    expect((await runtime.refusal(type, { session_id, ...rest })).code).toBe('not_found');
  for (const [type, rest] of onControl)
    expect((await control.refusal(type, { session_id, ...rest })).code).toBe('not_found');
});

test('messages that would not fit a frame together come in shorter pages, none lost', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const content = 'x'.repeat(150_000);
  const log = { session_id: sessionId, sender: 'agent', content };
  const logged = await Promise.all(Array.from({ length: 20 }, () => runtime.request('session.log', log)));
  const seqs: number[] = [];
  let pages = 0;
  for (let after: number | undefined = 0; after !== undefined; pages++) {
    const page = await control.request('session.messages', { session_id: sessionId, after_seq: after });
    for (const message of page.messages) seqs.push(message.seq);
    after = page.next;
  }
  expect(seqs).toEqual(logged.map(({ seq }) => seq));
  expect(pages).toBe(4);
});
