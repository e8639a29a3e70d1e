import type { Ask, Session, Socket } from '@proj/protocol';
import type { LineClient } from '../actors/line-client.ts';

/** What one round has to break: a live session, asks of every kind, and the lines of a conversation about them. */
export interface Scene {
  sessionId: string;
  askId: string;
  lines: Readonly<Record<Socket, readonly string[]>>;
}

const EVENT = { event_type: 'status_update', message: 'm' };
const ASKS = [
  { kind: 'approval', message: 'Deploy?', risk: 'destructive', context: [{ name: 'n', value: 'v' }] },
  {
    kind: 'choice',
    message: 'Which?',
    options: [
      { label: 'A', value: 'a' },
      { label: 'B', value: 2 },
    ],
    multiple: true,
  },
  { kind: 'input', message: 'How many?', schema: { type: 'integer', minimum: 1, maximum: 9 } },
  { kind: 'input', message: 'Token?', secret: true },
  { kind: 'form', message: 'Fill in', items: [{ item_id: 'a', label: 'A', kind: 'input' }] },
  { kind: 'review', message: 'Good?', default_value: 'approve', timeout_ms: 600_000, on_timeout: 'use_default' },
];

/** Opens it through a connection to the programs' door. */
export async function openScene(program: LineClient, name: string): Promise<Scene> {
  const { session } = await program.demand<{ session: Session }>('session.open', { name, key: name });
  const { session_id } = session;
  const asks: Ask[] = [];
  for (const fields of ASKS) asks.push((await program.demand<{ ask: Ask }>('ask.open', { session_id, ...fields })).ask);
  return { sessionId: session_id, askId: asks[0]?.ask_id ?? '', lines: linesAbout(session_id, asks) };
}

function linesAbout(session_id: string, asks: readonly Ask[]): Scene['lines'] {
  const runtime: [string, object][] = [
    ['hello', { client: 'fuzz', versions: [1], channel_id: 'c:1' }],
    ['session.emit', { session_id, event: EVENT, event_id: 'e1' }],
    ['session.log', { session_id, sender: 'agent', content: 'caf\u00e9 \u{1f600} \u202e\u001b[2J' }],
    ['session.receive', { session_id, after_seq: 0, timeout_ms: 5 }],
    ...ASKS.map((fields, at): [string, object] => ['ask.open', { session_id, key: `k${at}`, ...fields }]),
    ...asks.map(({ ask_id }): [string, object] => ['ask.wait', { ask_id, timeout_ms: 0 }]),
    ['events.subscribe', { session_id }],
  ];
  const values: unknown[] = [true, ['a', 2], 5, 'secret', { a: 'x' }, 'approve'];
  const control: [string, object][] = [
    ['session.input', { session_id, input: { input_type: 'message', text: 'go on' }, input_id: 'i1' }],
    ['session.messages', { session_id, after_seq: 0, limit: 2 }],
    ['ask.list', { session_id, state: 'pending', limit: 3 }],
    ['events.subscribe', { session_id, types: ['ask.opened'], snapshot: true }],
    ['client.list', {}],
    ...asks.map(({ ask_id }, at): [string, object] => [
      'ask.answer',
      { ask_id, value: values[at], answer_id: `a${at}`, reason: 'r', responder_id: 'op', responder_name: 'O' },
    ]),
  ];
  return { runtime: runtime.map(lineOf), control: control.map(lineOf) };
}

function lineOf([type, payload]: [string, object]): string {
  return Buffer.from(JSON.stringify({ v: 1, id: '1', type, payload })).toString('latin1');
}
