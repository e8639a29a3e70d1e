import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Sink } from '../../src/feed/cursor.ts';
import { type Client, createClient, createRig, errorOf, payloadOf, type Rig } from '../support/rig.ts';
import { tempDirectory } from '../support/temp-directory.ts';

test('a snapshot is exact as of head_seq, also when it is taken in the middle of a turn', async () => {
  const { rig, agent, operator, lines } = start();
  const { session } = payloadOf(rig.ask(agent, 'session.open', { name: 'n' }));
  const session_id = idIn(session, 'session_id');
  rig.send(agent, 'ask.open', { session_id, kind: 'approval', message: 'm' });
  rig.send(operator, 'events.subscribe', { snapshot: true });
  rig.send(agent, 'session.log', { session_id, sender: 'a', content: 'after' });
  rig.core.turn.commit();
  const { ask } = payloadOf(agent.replies[1]);
  const asOfThen = { ...Object(session), pending_asks: 1, changed_seq: 2 };
  expect(payloadOf(operator.replies[0])).toEqual({ head_seq: 2, sessions: [asOfThen], asks: [ask] });
  await settled();
  expect(lines.map(({ seq }) => seq)).toEqual([3]);
});

test('a snapshot that does not fit a frame is read on by the lists, without a gap', () => {
  const { rig, agent, operator } = start('limits: { frame_bytes: 4096 }');
  const opened = Array.from(
    { length: 40 },
    (_, n) => payloadOf(rig.ask(agent, 'session.open', { name: `n${n}` }))['session'],
  );
  const snapshot = payloadOf(rig.ask(operator, 'events.subscribe', { snapshot: true }));
  const pages = [snapshot];
  for (let next = snapshot['next']; next !== undefined; next = pages.at(-1)?.['next']) {
    pages.push(payloadOf(rig.ask(operator, 'session.list', { after: next })));
  }
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.flatMap((page) => page['sessions'])).toEqual(opened);
  expect(payloadOf(rig.ask(operator, 'ask.list', { after: snapshot['next'] }))).toEqual({ asks: [] });
});

test('a place that the journal does not hold is refused, before and behind', () => {
  const { rig, agent, operator } = start();
  for (let n = 0; n < 5; n++) rig.ask(agent, 'session.open', { name: 'n' });
  rig.journal.dropOldest({ afterSeq: 2, sinceMs: 0 });
  const codes = [0, 1, 2, 5, 6].map((after_seq) => rig.ask(operator, 'events.subscribe', { after_seq }));
  const expired = {
    code: 'cursor_expired',
    message: 'the journal holds 3 to 5',
    details: { oldest_seq: 3, head_seq: 5 },
  };
  expect(codes.map((reply) => ('error' in reply ? reply.error : reply.payload))).toEqual([
    expired,
    expired,
    { head_seq: 5 },
    { head_seq: 5 },
    expired,
  ]);
});

test('an agent subscribes to one session, and only to one that is there', async () => {
  const { rig, agent, lines } = start();
  const session_id = idIn(payloadOf(rig.ask(agent, 'session.open', { name: 'n' }))['session'], 'session_id');
  rig.ask(agent, 'session.open', { name: 'other' });
  expect(errorOf(rig.ask(agent, 'events.subscribe', { session_id: 'ses_none' })).code).toBe('not_found');
  rig.ask(agent, 'events.subscribe', { session_id, after_seq: 0 });
  await settled();
  expect(lines.map(({ seq, session_id: of }) => [seq, of])).toEqual([[1, session_id]]);
  rig.ask(agent, 'events.unsubscribe');
  rig.ask(agent, 'session.log', { session_id, sender: 'a', content: 'c' });
  await settled();
  expect(lines).toHaveLength(1);
});

function start(config = '') {
  const rig: Rig = createRig({ dir: tempDirectory(), config });
  onTestFinished(() => rig.close());
  const lines: Record<string, unknown>[] = [];
  const sink: Sink = {
    isFull: false,
    write: (bytes) => {
      for (const line of String(bytes).split('\n').slice(0, -1)) lines.push(JSON.parse(line));
    },
    fail: () => expect.unreachable(),
  };
  const agent: Client = createClient('runtime', 'cli_a');
  const operator: Client = createClient('control', 'cli_o');
  for (const { clientId } of [agent, operator]) rig.sinks.set(clientId, sink);
  return { rig, agent, operator, lines };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextTurn();
}

function idIn(record: unknown, field: string): string {
  return String(new Map<string, unknown>(Object.entries(record ?? {})).get(field));
}
