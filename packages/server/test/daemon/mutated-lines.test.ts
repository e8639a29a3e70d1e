import type { Socket as Door } from '@proj/protocol';
import { expect, test } from 'vitest';
import { startWithSession } from './start-daemon.ts';

// More by hand: MUTATIONS=100000.
const MUTATIONS = Number(process.env['MUTATIONS'] ?? 4_000);
const LF = 10;
const HOSTILE = [0, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xed, 0xff];
const SPLICES = [
  'null',
  'true',
  '1e400',
  '-0',
  '""',
  '{}',
  '[]',
  '\\ud800',
  '"__proto__":1,',
  '"id":"2",',
  '[[[[[[[[[',
];

/** A generator of numbers below `bound` that gives the same ones each time. */
function numbersFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function mutate(line: string, below: (bound: number) => number): Buffer {
  let bytes = Buffer.from(line);
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(bytes.length);
    const cut = [bytes.subarray(0, at), bytes.subarray(at + 1)] as const;
    const kind = below(5);
    if (kind === 0) bytes = Buffer.concat([cut[0], Buffer.of(HOSTILE[below(HOSTILE.length)] ?? 0), cut[1]]);
    else if (kind === 1) bytes = Buffer.concat(cut);
    else if (kind === 2) bytes = Buffer.concat([cut[0], Buffer.from(SPLICES[below(SPLICES.length)] ?? ''), cut[1]]);
    else if (kind === 3) bytes = Buffer.concat([cut[0], bytes.subarray(below(bytes.length)), cut[1]]);
    else bytes = bytes.subarray(0, at + 1);
  }
  return bytes.map((byte) => (byte === LF ? 0x20 : byte)) as Buffer;
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

test.each<Door>(['runtime', 'control'])(
  'each mutated line on %s.sock gets one reply, and none is internal',
  async (door) => {
    const { daemon, control, runtime, sessionId } = await startWithSession();
    const { ask } = await runtime.request('ask.open', {
      session_id: sessionId,
      kind: 'form',
      message: '?',
      items: [{ item_id: 'a', label: 'A', kind: 'input' }],
    });
    const requests: Record<Door, [string, object][]> = {
      runtime: [
        ['hello', { client: 'x', versions: [1], channel_id: 'c' }],
        ['session.open', { name: 'n', key: 'k', metadata: { a: [1, { b: null }] } }],
        [
          'session.emit',
          { session_id: sessionId, event: { event_type: 'status_update', message: 'm' }, event_id: 'e' },
        ],
        ['session.log', { session_id: sessionId, sender: 's', content: '\u00e9\u{1f600}' }],
        ['session.receive', { session_id: sessionId, after_seq: 0, timeout_ms: 0 }],
        [
          'ask.open',
          { session_id: sessionId, key: 'k', kind: 'choice', message: 'm', options: [{ label: 'A', value: 1 }] },
        ],
        ['ask.get', { ask_id: ask.ask_id }],
        ['ask.wait', { ask_id: ask.ask_id, timeout_ms: 0 }],
        ['events.unsubscribe', {}],
      ],
      control: [
        ['daemon.status', {}],
        ['daemon.pause', { reason: 'r' }],
        ['session.list', { state: 'active', limit: 3, after: 's1' }],
        ['session.messages', { session_id: sessionId, after_seq: 0, limit: 1 }],
        ['session.input', { session_id: sessionId, input: { input_type: 'message', text: 't' }, input_id: 'i' }],
        ['ask.list', { state: 'pending', session_id: sessionId, limit: 1 }],
        ['ask.answer', { ask_id: ask.ask_id, value: { a: 1 }, answer_id: 'a', responder_id: 'r' }],
        ['client.list', {}],
        ['events.unsubscribe', {}],
      ],
    };
    const below = numbersFrom(door === 'runtime' ? 7 : 11);
    const client = await daemon.connect(door);
    const lines = requests[door].map(([type, payload]) => JSON.stringify({ v: 1, id: '1', type, payload }));
    let sent = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const line = mutate(lines[i % lines.length] ?? '', below);
      // On control.sock what begins otherwise is a text command, which ends the connection.
      if (isBlank(line) || (door === 'control' && !/^[ \t]*\{/.test(line.toString('latin1')))) continue;
      client.write(Buffer.concat([line, Buffer.of(LF)]));
      if (++sent % 500 === 0) await control.request('ping');
    }
    const codes = new Set<string>();
    for (let i = 0; i < sent; i++) codes.add(JSON.parse(await client.next()).error?.code ?? 'ok');
    await client.request('ping');
    expect(client.waiting).toEqual([]);
    expect(codes).toContain('malformed_json');
    expect(codes).toContain('invalid_payload');
    expect(codes).toContain('ok');
    expect([...codes].filter((code) => ['internal', 'storage_failed'].includes(code))).toEqual([]);
    expect(daemon.log.filter((line) => line.includes('"error"'))).toEqual([]);
  },
);
