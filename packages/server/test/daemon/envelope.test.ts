import type { Socket as Door } from '@proj/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Line, RawClient } from './raw-client.ts';
import { startDaemon, type TestDaemon } from './start-daemon.ts';

let daemon: TestDaemon;
let client: RawClient;

beforeEach(async () => {
  daemon = await startDaemon();
  client = await daemon.connect('runtime');
});

async function errorOf(line: string | Uint8Array): Promise<Line> {
  client.write(line);
  client.write('\n');
  const { v, id, ok, error } = JSON.parse(await client.next());
  expect({ v, ok }).toEqual({ v: 1, ok: false });
  return { id, ...error };
}

describe.each<Door>(['runtime', 'control'])('a reply on %s.sock', (door) => {
  test('carries the id of its request', async () => {
    const each = await daemon.connect(door);
    const ids = ['7', 'a'.repeat(128), 'A-Z_a.z:0-9'];
    for (const id of ids) {
      each.send({ v: 1, id, type: 'ping' });
      const { payload, ...head } = JSON.parse(await each.next());
      expect(head).toEqual({ v: 1, id, ok: true });
      expect(payload).toEqual({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) });
    }
  });
});

test('CRLF ends a line, blank lines are ignored, fields come in any order', async () => {
  client.write('\r\n\n  \n{"type":"ping","id":"1","v":1,"payload":{"nonce":"n"}}\r\n\n');
  expect((await client.reply('1'))['payload'].nonce).toBe('n');
  expect(await client.request('ping', {})).toEqual({ at: expect.any(String) });
  expect(client.waiting).toEqual([]);
});

test('a line cut into single bytes, and a character cut in two', async () => {
  for (const byte of Buffer.from('{"v":1,"id":"1","type":"ping","payload":{"nonce":"\u00e9\u{1f600}"}}\n')) {
    client.write(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  expect(JSON.parse(await client.next()).payload.nonce).toBe('\u00e9\u{1f600}');
});

test('what is above 0x7E leaves as escapes, in values and in keys', async () => {
  const metadata = { '\u00e9\u007f': '\u{1f600}\u2028\u202e\u0085' };
  const { session } = await client.request('session.open', { name: '\u4f60\u597d', metadata });
  expect(session).toMatchObject({ name: '\u4f60\u597d', metadata });
});

const bad: [what: string, line: string, expected: Line][] = [
  ['no JSON', 'nonsense', { id: null, code: 'malformed_json' }],
  ['half of JSON', '{"v":1,"id":"1"', { id: null, code: 'malformed_json' }],
  ['two values', '{"v":1,"id":"1","type":"ping"} {}', { id: null, code: 'malformed_json' }],
  ['a NUL', '{"v":1,"id":"1","type":"ping"}\0', { id: null, code: 'malformed_json' }],
  ['a control character in a string', '{"v":1,"id":"1","type":"pi\u0001ng"}', { id: null, code: 'malformed_json' }],
  ['a byte order mark', '\ufeff{"v":1,"id":"1","type":"ping"}', { id: null, code: 'malformed_json' }],
  ['an array', '[1]', { id: null, code: 'invalid_envelope' }],
  ['a string', '"ping"', { id: null, code: 'invalid_envelope' }],
  ['null', 'null', { id: null, code: 'invalid_envelope' }],
  ['no version', '{"id":"1","type":"ping"}', { id: '1', code: 'invalid_envelope' }],
  ['a version that is text', '{"v":"1","id":"1","type":"ping"}', { id: '1', code: 'invalid_envelope' }],
  ['another version', '{"v":2,"id":"1","type":"ping"}', { id: '1', code: 'unsupported_version' }],
  ['no id', '{"v":1,"type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['a number as id', '{"v":1,"id":7,"type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['an empty id', '{"v":1,"id":"","type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['an id of 129', `{"v":1,"id":"${'a'.repeat(129)}","type":"ping"}`, { id: null, code: 'invalid_envelope' }],
  ['an id with a space', '{"v":1,"id":"a b","type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['an id with a line end', '{"v":1,"id":"a\\n","type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['an id above ASCII', '{"v":1,"id":"\u00e9","type":"ping"}', { id: null, code: 'invalid_envelope' }],
  ['no type', '{"v":1,"id":"1"}', { id: '1', code: 'invalid_envelope' }],
  ['a type that is no text', '{"v":1,"id":"1","type":7}', { id: '1', code: 'invalid_envelope' }],
  ['a field twice', '{"v":1,"id":"1","type":"ping","type":"hello"}', { id: '1', code: 'invalid_envelope' }],
  ['the id twice', '{"v":1,"id":"1","id":"1","type":"ping"}', { code: 'invalid_envelope' }],
  ['an unknown field', '{"v":1,"id":"1","type":"ping","x":1}', { id: '1', code: 'invalid_payload' }],
  ['an unknown type', '{"v":1,"id":"1","type":"no.such"}', { id: '1', code: 'unsupported_type' }],
  ['a type of the language', '{"v":1,"id":"1","type":"constructor"}', { id: '1', code: 'unsupported_type' }],
  ['a payload that is null', '{"v":1,"id":"1","type":"ping","payload":null}', { id: '1', code: 'invalid_payload' }],
  ['a payload that is an array', '{"v":1,"id":"1","type":"ping","payload":[]}', { id: '1', code: 'invalid_payload' }],
  [
    'an unknown payload field',
    '{"v":1,"id":"1","type":"ping","payload":{"x":1}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'a wrong payload field',
    '{"v":1,"id":"1","type":"ping","payload":{"nonce":1}}',
    { id: '1', code: 'invalid_payload' },
  ],
  ['__proto__', '{"v":1,"id":"1","type":"ping","payload":{"__proto__":1}}', { id: '1', code: 'invalid_payload' }],
  [
    'an escaped __proto__ far inside',
    '{"v":1,"id":"1","type":"session.open","payload":{"name":"n","metadata":{"a":[{"\\u005f_proto__":1}]}}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'constructor',
    '{"v":1,"id":"1","type":"session.open","payload":{"name":"n","metadata":{"constructor":1}}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'prototype',
    '{"v":1,"id":"1","type":"session.open","payload":{"name":"n","metadata":{"prototype":{}}}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'a lone surrogate',
    '{"v":1,"id":"1","type":"ping","payload":{"nonce":"\\ud800"}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'a lone low surrogate',
    '{"v":1,"id":"1","type":"ping","payload":{"nonce":"\\udc00x"}}',
    { id: '1', code: 'invalid_payload' },
  ],
  [
    'a number without an end',
    '{"v":1,"id":"1","type":"session.open","payload":{"name":"n","metadata":{"a":1e400}}}',
    { id: '1', code: 'invalid_payload' },
  ],
];

test.each(bad)('%s is refused and closes nothing', async (_what, line, expected) => {
  expect(await errorOf(line)).toMatchObject(expected);
  expect(await client.request('ping')).toEqual({ at: expect.any(String) });
  expect(client.waiting).toEqual([]);
  const control = await daemon.connect('control');
  expect((await control.request('daemon.status')).journal.head_seq).toBe(0);
});

test('bytes that are not UTF-8 are malformed', async () => {
  const line = Buffer.from('{"v":1,"id":"1","type":"ping","payload":{"nonce":"?"}}');
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
    const at = line.indexOf('?');
    const broken = Buffer.concat([line.subarray(0, at), Buffer.from(bytes), line.subarray(at + 1)]);
    expect(await errorOf(broken)).toMatchObject({ id: null, code: 'malformed_json' });
  }
});

test('errors say what a program needs and never what it sent', async () => {
  const canary = 'CANARY77';
  expect((await errorOf('{"v":9,"id":"1","type":"ping"}'))['details']).toEqual({ supported: [1] });
  const lines = [
    canary,
    `{"v":1,"id":"1","type":"${canary}"}`,
    `{"v":1,"id":"1","type":"ping","${canary}":1}`,
    `{"v":1,"id":"1","type":"ping","payload":{"${canary}":"${canary}"}}`,
    `{"v":1,"id":"1","type":"ping","payload":{"nonce":["${canary}"]}}`,
    `{"v":1,"id":"1","type":"session.get","payload":{"session_id":"${canary}"}}`,
    `{"v":1,"id":"1","type":"session.emit","payload":{"session_id":"a","event":{"event_type":"${canary}"}}}`,
    `{"v":1,"id":"1","type":"session.open","payload":{"name":"n","metadata":"${canary}"}}`,
    `{"v":1,"id":"1","type":"ask.open","payload":{"session_id":"a","kind":"${canary}","message":"m"}}`,
  ];
  for (const line of lines) expect(JSON.stringify(await errorOf(line))).not.toContain(canary);
  expect(daemon.log.join('\n')).not.toContain(canary);
});

test('issues name the path and the fault of each field', async () => {
  const { details } = await errorOf('{"v":1,"id":"1","type":"session.open","payload":{"name":"","key":"a b"}}');
  expect(details.issues.map((issue: Line) => issue['path']).toSorted()).toEqual(['/key', '/name']);
});

test('a key twice in ask.open is refused, at any depth; in metadata too', async () => {
  const { session } = await client.request('session.open', { name: 'n' });
  const head = `{"v":1,"id":"x","type":"ask.open","payload":{"session_id":"${session.session_id}","kind":"approval"`;
  const tails = [
    ',"message":"safe","message":"dangerous"}}',
    ',"message":"m","context":[{"name":"a","value":"1","value":"2"}]}}',
    ',"message":"m","metadata":{"a":1,"a":2}}}',
    ',"message":"m","metadata":{"a":{"b":1},"a":2}}}',
    ',"message":"m","metadata":{"a":1,"\\u0061":2}}}',
  ];
  for (const tail of tails) expect(await errorOf(head + tail)).toMatchObject({ id: 'x', code: 'invalid_payload' });
});
