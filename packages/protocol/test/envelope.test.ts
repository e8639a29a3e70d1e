import { describe, expect, test } from 'vitest';
import {
  type Decoded,
  decodeRequestLine,
  encodeErrorReply,
  encodeEvent,
  encodePush,
  encodeReply,
  type ErrorBody,
  type JournalEvent,
  PROTOCOL_VERSION,
  ProtocolError,
  type PushEvent,
} from '../src/index.ts';

const at = '2026-11-20T14:02:03.004Z';

test('the version is 1', () => {
  expect(PROTOCOL_VERSION).toBe(1);
});

describe('decodes', () => {
  test('a request', () => {
    expect(decode('{"v":1,"id":"7","type":"any.thing","payload":{"a":{"b":1}}}')).toEqual({
      id: '7',
      envelope: {
        id: '7',
        type: 'any.thing',
        payload: { a: { b: 1 } },
        strayField: false,
        payloadKeys: 2,
        forbidden: undefined,
      },
    });
  });

  test('a request with things to be refused later', () => {
    expect(decode('{"v":1,"id":"7","type":"t","extra":0,"payload":[{"a":1,"a":2}]}')).toEqual({
      id: '7',
      envelope: { id: '7', type: 't', payload: [{ a: 2 }], strayField: true, payloadKeys: 2, forbidden: undefined },
    });
  });

  test.each([
    ['{"__proto__":"\\ud800"}', 'key'],
    ['["\\ud800", 1e400]', 'surrogate'],
    ['[-1e400]', 'number'],
  ])('a request that holds what none may: %s', (payload, forbidden) => {
    expect(decode(`{"v":1,"id":"7","type":"t","payload":${payload}}`)).toMatchObject({ envelope: { forbidden } });
  });

  test('a request without a payload, and one with null', () => {
    expect(decode('{"v":1,"id":"7","type":"t"}')).toMatchObject({ envelope: { payload: {} } });
    expect(decode('{"v":1,"id":"7","type":"t","payload":null}')).toMatchObject({ envelope: { payload: null } });
  });
});

describe('refuses', () => {
  test.each<[string, string | null, ErrorBody]>([
    ['nonsense', null, { code: 'malformed_json', message: 'the line is not JSON in UTF-8' }],
    ['[]', null, { code: 'invalid_envelope', message: 'a request is a JSON object' }],
    ['{"v":1,"v":1,"id":"7","type":"t"}', '7', { code: 'invalid_envelope', message: 'a field stands twice' }],
    ['{"id":"7","type":"t"}', '7', { code: 'invalid_envelope', message: 'v is the version, an integer' }],
    [
      '{"v":3,"id":"7","type":"t"}',
      '7',
      { code: 'unsupported_version', message: 'the daemon speaks version 1', details: { supported: [1] } },
    ],
    ['{"v":1,"id":"7"}', '7', { code: 'invalid_envelope', message: 'type is a string' }],
    [
      '{"v":1,"id":"7","type":"t","payload":[[[]]]}',
      '7',
      { code: 'too_deep', message: 'JSON may nest 3 levels at most', details: { limit: 3 } },
    ],
  ])('%s', (line, id, error) => {
    expect(refusal(decode(line, 3))).toEqual({ id, error });
  });

  test('an id that is none, without saying it again', () => {
    const { id, error } = refusal(decode('{"v":1,"id":"canary 1","type":"t"}'));
    const message = 'id is 1 to 128 characters out of letters, digits and _ . : -';
    expect({ id, error }).toEqual({ id: null, error: { code: 'invalid_envelope', message } });
  });
});

describe('depth', () => {
  test.each([8, 64, 512])('%i is the limit in force', (depth) => {
    expect(decode(nested(depth - 1), depth)).toHaveProperty('envelope');
    expect(refusal(decode(nested(depth), depth))).toMatchObject({ id: '7', error: { code: 'too_deep' } });
  });

  test('a megabyte of brackets is refused without parsing it', () => {
    const parse = JSON.parse;
    const parsed: number[] = [];
    JSON.parse = (text, ...more) => {
      parsed.push(text.length);
      return parse(text, ...more);
    };
    try {
      expect(refusal(decode('['.repeat(1_048_576)))).toMatchObject({ id: null, error: { code: 'too_deep' } });
      expect(parsed).toEqual([]);
    } finally {
      JSON.parse = parse;
    }
  });
});

describe('encodes, in ASCII and in this order of fields', () => {
  const session_id = 's1';
  const by = { client_id: 'c1', channel_id: 'control:c1' };

  test('replies', () => {
    expect(encodeReply('7', { name: 'caf\u00e9' })).toBe('{"v":1,"id":"7","ok":true,"payload":{"name":"caf\\u00e9"}}');
    const error = new ProtocolError('not_found', 'no session has this id', { cause: new Error('secret') });
    expect(encodeErrorReply('7', error)).toBe(
      '{"v":1,"id":"7","ok":false,"error":{"code":"not_found","message":"no session has this id"}}',
    );
    expect(encodeErrorReply(null, new ProtocolError('timeout', 'm', { details: { limit: 5 } }))).toBe(
      '{"v":1,"id":null,"ok":false,"error":{"code":"timeout","message":"m","details":{"limit":5}}}',
    );
  });

  test('events', () => {
    const payload = { event_type: 'status_update', message: '\u2713' } as const;
    const event: JournalEvent = { payload, by, session_id, type: 'session.event', at, seq: 9, v: 1 };
    expect(encodeEvent(event)).toBe(
      `{"v":1,"seq":9,"at":"${at}","type":"session.event","session_id":"s1","by":{"client_id":"c1","channel_id":"control:c1"},"payload":{"event_type":"status_update","message":"\\u2713"}}`,
    );
    const own: JournalEvent = {
      v: 1,
      seq: 1,
      at,
      type: 'daemon.changed',
      payload: { change: 'stopping', state: 'stopping' },
    };
    expect(encodeEvent(own)).toBe(
      `{"v":1,"seq":1,"at":"${at}","type":"daemon.changed","payload":{"change":"stopping","state":"stopping"}}`,
    );
  });

  test('pushes, which have no seq', () => {
    const push: PushEvent = { v: 1, at, type: 'feed.progress', payload: { head_seq: 9 } };
    expect(encodePush(push)).toBe(`{"v":1,"at":"${at}","type":"feed.progress","payload":{"head_seq":9}}`);
  });
});

function nested(levels: number): string {
  return `{"v":1,"id":"7","type":"t","payload":${'['.repeat(levels)}${']'.repeat(levels)}}`;
}

function decode(line: string, depth = 64): Decoded {
  return decodeRequestLine(new TextEncoder().encode(line), { depth });
}

function refusal(decoded: Decoded): { id: string | null; error: unknown } {
  if ('envelope' in decoded) throw new Error('expected a refusal');
  return { id: decoded.id, error: decoded.error.toBody() };
}
