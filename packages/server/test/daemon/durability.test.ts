import { expect, test } from 'vitest';
import { spawnDaemon } from './daemon-process.ts';
import type { Line, RawClient } from './raw-client.ts';
import { temporaryDirectory } from './start-daemon.ts';

interface Acked {
  seq: number;
  message: string;
}

/** Writes until the connection is cut, 32 requests in flight; what was acknowledged is what it returns. */
async function writeUntilCut(client: RawClient, sessionId: string, name: string): Promise<Acked[]> {
  const acked: Acked[] = [];
  const write = async (lane: number): Promise<void> => {
    for (let i = 0; ; i++) {
      const message = `${name}-${lane}-${i}`;
      const event = { event_type: 'status_update', message };
      const { seq } = await client.request('session.emit', { session_id: sessionId, event, event_id: message });
      acked.push({ seq, message });
    }
  };
  await Promise.allSettled(Array.from({ length: 32 }, (_, lane) => write(lane)));
  return acked;
}

test('ten kills with four writers: everything acknowledged is there, at its seq, once, without a hole', async () => {
  const dir = temporaryDirectory();
  const acked: Acked[] = [];
  for (let cycle = 0; cycle < 10; cycle++) {
    const daemon = await spawnDaemon(dir);
    const control = await daemon.connect('control');
    const { head_seq } = await control.request('events.subscribe', { types: ['session.event'] });
    const writing: Promise<Acked[]>[] = [];
    for (let w = 0; w < 4; w++) {
      const client = await daemon.connect('runtime');
      const { session } = await client.request('session.open', { name: 'n', key: `writer-${w}` });
      writing.push(writeUntilCut(client, session.session_id, `${cycle}-${w}`));
    }
    for (let seq = head_seq; seq < head_seq + 200 + 37 * cycle; ) seq = (await control.nextEvent())['seq'] ?? seq;
    await daemon.end('SIGKILL');
    for (const each of await Promise.all(writing)) acked.push(...each);
  }
  const daemon = await spawnDaemon(dir);
  const control = await daemon.connect('control');
  const { head_seq } = await control.request('events.subscribe', { after_seq: 0 });
  const events: Line[] = [];
  while (events.length < head_seq) events.push(await control.nextEvent());
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: head_seq }, (_, i) => i + 1));
  const messages = new Map(events.map(({ seq, payload }) => [seq, payload.message]));
  expect(acked.length).toBeGreaterThan(1_000);
  expect(acked.filter(({ seq, message }) => messages.get(seq) !== message)).toEqual([]);
  const said = events.filter(({ type }) => type === 'session.event').map(({ payload }) => payload.message);
  expect(new Set(said).size).toBe(said.length);
  expect((await control.request('session.list')).sessions).toHaveLength(4);
});

test('after a kill the same keys find what was there', async () => {
  const dir = temporaryDirectory();
  const first = await spawnDaemon(dir);
  const [runtime, control] = [await first.connect('runtime'), await first.connect('control')];
  const { session } = await runtime.request('session.open', { name: 'n', key: 's' });
  const request = { session_id: session.session_id, key: 'a', kind: 'approval', message: '?' };
  const { ask } = await runtime.request('ask.open', request);
  const secret = { session_id: session.session_id, kind: 'input', message: '?', secret: true };
  const { ask: password } = await runtime.request('ask.open', secret);
  const answer = { ask_id: ask.ask_id, value: true, answer_id: 'x' };
  const { ask: answered } = await control.request('ask.answer', answer);
  await control.request('ask.answer', { ask_id: password.ask_id, value: 'hunter2' });
  const input = { session_id: session.session_id, input: { input_type: 'message', text: 'hi' }, input_id: 'i' };
  const { seq } = await control.request('session.input', input);
  await first.end('SIGKILL');
  const second = await spawnDaemon(dir);
  const [asker, operator] = [await second.connect('runtime'), await second.connect('control')];
  const found = await asker.request('session.open', { name: 'n', key: 's' });
  expect([found.created, found.session.session_id]).toEqual([false, session.session_id]);
  expect(await asker.request('ask.open', request)).toEqual({ ask: answered, created: false });
  expect((await asker.request('ask.wait', { ask_id: password.ask_id })).ask.answer.value).toBe('hunter2');
  expect(await operator.request('ask.answer', answer)).toEqual({ verdict: 'won', ask: answered });
  expect(await operator.request('session.input', input)).toEqual({ seq });
  expect(await asker.request('session.receive', { session_id: session.session_id })).toEqual({
    input: input.input,
    seq,
  });
});
