import { describe, expect, test } from 'vitest';
import { decodeRequestLine, type ErrorBody, methodTable, ProtocolError, type Socket } from '../src/index.ts';
import { parseRequest } from '../src/validators.ts';
import { bytesOf, type RequestVector, readVectors, requestVectors } from './vectors.ts';

type Outcome = { ok: true } | { id: string | null; error: ErrorBody };

describe('every vector', () => {
  const accepted = requestVectors().filter(({ outcome }) => 'ok' in outcome);
  const refused = requestVectors().flatMap((each) =>
    'code' in each.outcome ? [{ ...each, outcome: each.outcome }] : [],
  );

  test.each(accepted)('$name', (vector) => {
    expect(outcomeOf(vector)).toEqual({ ok: true });
  });

  test.each(refused)('$name', (vector) => {
    const { id, code, issue_path, details } = vector.outcome;
    const outcome = outcomeOf(vector);
    expect(outcome).toMatchObject({ id, error: { code, ...(details && { details }) } });
    expect(issue_path === undefined || issuePaths(outcome).includes(issue_path)).toBe(true);
  });
});

describe('the vectors', () => {
  const requests = readVectors<RequestVector>('requests.json');
  const rows = methodTable.flatMap(({ type, sockets, stability }) =>
    sockets.map((socket) => ({ type, socket, stability })),
  );

  test.each(rows)('have one valid and two invalid requests of $type on $socket', ({ type, socket, stability }) => {
    const own = requests.filter((each) => each.socket === socket && typeOf(each) === type);
    const refused = own.filter(({ outcome }) => 'code' in outcome && outcome.code !== 'forbidden');
    expect(own.length - refused.length).toBeGreaterThanOrEqual(stability === 'stable' ? 1 : 0);
    expect(refused.length).toBeGreaterThanOrEqual(stability === 'stable' ? 2 : 3);
  });

  const oneDoor = methodTable.filter(({ type }) => rows.filter((row) => row.type === type).length === 1);

  test.each(oneDoor)('have $type on the wrong door', ({ type, sockets }) => {
    const wrong = requests.filter((each) => typeOf(each) === type && !sockets.includes(each.socket));
    expect(wrong.length).toBeGreaterThanOrEqual(1);
    for (const { outcome } of wrong) expect(outcome).toMatchObject({ code: 'forbidden' });
  });

  test.each([
    'malformed_json',
    'invalid_envelope',
    'unsupported_version',
    'unsupported_type',
    'forbidden',
    'invalid_payload',
    'too_deep',
  ])('have lines that are %s', (code) => {
    const lines = requestVectors().filter(({ outcome }) => 'code' in outcome && outcome.code === code);
    expect(lines.length).toBeGreaterThanOrEqual(4);
  });
});

test('a request is the parsed payload, and no more', () => {
  const request = parse('runtime', '{"v":1,"id":"7","type":"session.get","payload":{"session_id":"s"}}');
  expect(request).toEqual({ id: '7', type: 'session.get', payload: { session_id: 's' } });
});

test('a payload left out is an empty one', () => {
  expect(parse('control', '{"v":1,"id":"7","type":"daemon.stop"}')).toEqual({
    id: '7',
    type: 'daemon.stop',
    payload: {},
  });
});

test('a refusal says which door', () => {
  const error = failure(() => parse('runtime', '{"v":1,"id":"7","type":"daemon.stop"}'));
  expect(error.toBody()).toEqual({
    code: 'forbidden',
    message: 'this type is not offered on runtime.sock',
    details: { reason: 'wrong_door' },
  });
});

test('an invalid payload says where and what', () => {
  const error = failure(() => parse('runtime', '{"v":1,"id":"7","type":"session.get","payload":{"session_id":""}}'));
  const issue = { path: '/session_id', message: 'must match /^[A-Za-z0-9_.:-]{1,128}$/u' };
  expect(error.toBody()).toEqual({
    code: 'invalid_payload',
    message: '/session_id: must match /^[A-Za-z0-9_.:-]{1,128}$/u',
    details: { issues: [issue] },
  });
});

test('no refusal holds what was sent', () => {
  const refusals = requestVectors().map((vector) => JSON.stringify(outcomeOf(vector)));
  for (const refusal of refusals) expect(refusal).not.toContain('canary');
});

function outcomeOf(vector: RequestVector): Outcome {
  const decoded = decodeRequestLine(bytesOf(vector), { depth: 64 });
  if ('error' in decoded) return { id: decoded.id, error: decoded.error.toBody() };
  try {
    parseRequest(vector.socket, decoded.envelope);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { id: decoded.id, error: error.toBody() };
  }
}

function issuePaths(outcome: Outcome): string[] {
  return 'ok' in outcome ? [] : (outcome.error.details?.issues ?? []).map(({ path }) => path);
}

function typeOf(vector: RequestVector): unknown {
  return JSON.parse(new TextDecoder().decode(bytesOf(vector))).type;
}

function parse(socket: Socket, line: string): unknown {
  const decoded = decodeRequestLine(new TextEncoder().encode(line), { depth: 64 });
  if ('error' in decoded) throw decoded.error;
  return parseRequest(socket, decoded.envelope);
}

function failure(run: () => unknown): ProtocolError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
  }
  throw new Error('expected a ProtocolError');
}
