import type { JournalEvent, PushEvent } from '@proj/protocol';
import { expect, test } from 'vitest';
import { clockTime } from '../../src/print/clock.ts';
import { eventLine, eventLines } from '../../src/print/event-line.ts';
import { answeredAsk, askRecord } from '../ask-record.ts';

const at = '2026-11-20T12:00:00.000Z';
const session_id = 'ses_fedcba9876543210fedcba9876543210';
const session = {
  session_id,
  name: 'nightly\x1b',
  state: 'paused' as const,
  state_reason: 'wait',
  created_at: at,
  updated_at: at,
  changed_seq: 1,
  draft_ids: [],
  message_count: 0,
  pending_asks: 0,
  connected: true,
};
const head = { v: 1 as const, seq: 7, at };
const inSession = { ...head, session_id };

test.each<[JournalEvent | PushEvent, string]>([
  [{ ...inSession, type: 'session.opened', payload: session }, 'ses_fedcba98 opened │ nightly\\x1b'],
  [{ ...inSession, type: 'session.changed', payload: session }, 'ses_fedcba98 is paused │ wait'],
  [
    { ...inSession, type: 'session.event', payload: { event_type: 'status_update', message: 'a\nb' } },
    'ses_fedcba98 status │ a\\nb',
  ],
  [
    { ...inSession, type: 'session.event', payload: { event_type: 'agent_output', stream: 'stderr', content: 'x\n' } },
    'ses_fedcba98 stderr │ x',
  ],
  [
    {
      ...inSession,
      type: 'session.event',
      payload: { event_type: 'draft_ready', draft_id: 'd1', summary: 'new', artifact_count: 2 },
    },
    'ses_fedcba98 draft │ d1 (2): new',
  ],
  [
    { ...inSession, type: 'session.event', payload: { event_type: 'goal_complete', goal_id: 'g' } },
    'ses_fedcba98 goal complete │ g',
  ],
  [
    { ...inSession, type: 'session.event', payload: { event_type: 'waiting_for_input', prompt: '>' } },
    'ses_fedcba98 waits for input │ >',
  ],
  [
    { ...inSession, type: 'session.logged', payload: { seq: 7, sender: 'agent', content: 'hi', at } },
    'ses_fedcba98 message │ agent: hi',
  ],
  [
    { ...inSession, type: 'session.input', payload: { input_type: 'message', text: 'go' } },
    'ses_fedcba98 input │ message: go',
  ],
  [
    { ...inSession, type: 'session.input', payload: { input_type: 'reject', draft_id: 'd', reason: 'no' } },
    'ses_fedcba98 input │ reject d: no',
  ],
  [{ ...inSession, type: 'session.input', payload: { input_type: 'abort' } }, 'ses_fedcba98 input │ abort'],
  [{ ...inSession, type: 'ask.opened', payload: askRecord() }, 'ses_fedcba98 asks ask_01234567 (approval) │ Sure?'],
  [
    { ...inSession, type: 'ask.settled', payload: answeredAsk(false) },
    'ses_fedcba98 ask_01234567 answered via slack:C04 │ no',
  ],
  [
    { ...inSession, type: 'ask.settled', payload: answeredAsk(undefined, { secret: true, kind: 'input' }) },
    'ses_fedcba98 ask_01234567 answered via slack:C04 │ (secret)',
  ],
  [
    { ...inSession, type: 'ask.settled', payload: askRecord({ state: 'expired' }) },
    'ses_fedcba98 ask_01234567 expired',
  ],
  [
    { ...head, type: 'daemon.changed', payload: { change: 'paused', state: 'paused', reason: 'holiday' } },
    'daemon paused │ holiday',
  ],
  [
    { v: 1, at, type: 'client.disconnected', payload: { client_id: 'cli_1', socket: 'runtime' } },
    'client cli_1 left runtime',
  ],
  [
    { ...inSession, type: 'terminal.resized', payload: { cols: 80, rows: 24 } },
    'ses_fedcba98 terminal.resized │ {"cols":80,"rows":24}',
  ],
])('A-6: one line an event %#', (event, text) => {
  expect(eventLine(event)).toBe(`${clockTime(at)} ${text}`);
});

test('several lines stand behind the gutter each', () => {
  const event: JournalEvent = {
    ...inSession,
    type: 'session.event',
    payload: { event_type: 'agent_output', stream: 'stdout', content: 'a\r\n12:00:00 ses_1 opened\n' },
  };
  expect(eventLines(event)).toEqual([`${clockTime(at)} ses_fedcba98 stdout`, '  │ a', '  │ 12:00:00 ses_1 opened']);
});

test('a type and an event of a later daemon are shown as they are', () => {
  const later = JSON.parse(
    `{"v":1,"seq":7,"at":"${at}","type":"quorum.\\u001breached","session_id":"${session_id}","payload":{"n":1}}`,
  );
  expect(eventLine(later)).toBe(`${clockTime(at)} ses_fedcba98 quorum.\\x1breached │ {"n":1}`);
  const inner = JSON.parse(
    `{"v":1,"seq":7,"at":"${at}","type":"session.event","session_id":"${session_id}","payload":{"event_type":"new"}}`,
  );
  expect(eventLine(inner)).toBe(`${clockTime(at)} ses_fedcba98 event │ {"event_type":"new"}`);
});
