import { ProtocolError } from '@proj/protocol';
import { expect, test } from 'vitest';
import { decodeIncoming, decodeReply } from '../src/incoming.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ['{"v":1,"id":"7","ok":true,"payload":{"seq":1}}', { kind: 'reply', id: '7', payload: { seq: 1 } }],
  ['{"v":1,"id":"7","ok":true}', { kind: 'reply', id: '7', payload: {} }],
  [
    '{"v":1,"id":null,"ok":false,"error":{"code":"timeout","message":"m"}}',
    { kind: 'refusal', id: null, error: new ProtocolError('timeout', 'm') },
  ],
  [
    '{"v":1,"id":"7","ok":false}',
    { kind: 'refusal', id: '7', error: new ProtocolError('internal', 'the daemon gave no reason') },
  ],
  [
    '{"v":1,"seq":3,"at":"t","type":"x.happened","payload":{},"new":1}',
    { kind: 'event', event: { v: 1, seq: 3, at: 't', type: 'x.happened', payload: {}, new: 1 } },
  ],
  ['{"v":2,"hello":"future"}', { kind: 'other' }],
  ['{"v":1,"id":"7","ok":"yes","type":"x","payload":{}}', { kind: 'other' }],
])('%s', (line, expected) => {
  expect(decodeIncoming(bytes(line))).toEqual(expected);
});

test.each(['', 'nonsense', '[1]', '"text"', 'null', '{"v":1'])('%j is a violation', (line) => {
  expect(() => decodeIncoming(bytes(line))).toThrow(expect.objectContaining({ code: 'protocol_violation' }));
});

test('a reply is given as it stands', () => {
  const reply = { v: 1, id: '1', ok: true, payload: {}, hint: 'kept' };
  expect(decodeReply(bytes(JSON.stringify(reply)))).toEqual(reply);
  expect(() => decodeReply(bytes('{"v":1,"seq":1}'))).toThrow(expect.objectContaining({ code: 'protocol_violation' }));
});
