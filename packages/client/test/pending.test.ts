import { expect, test, vi } from 'vitest';
import { PendingRequest } from '../src/pending-request.ts';
import { PendingRequests } from '../src/pending.ts';

let outcomes: string[] = [];

function request(id: string, type = 'ping', payload: Record<string, unknown> = {}): PendingRequest {
  const settlement = {
    resolve: () => outcomes.push(`${id} resolved`),
    reject: (error: Error) => outcomes.push(`${id} ${error.message}`),
  };
  return new PendingRequest(id, { type, payload }, settlement);
}

function writable(pending: PendingRequests): string[] {
  const ids: string[] = [];
  for (let next = pending.next(); next !== undefined; next = pending.next()) ids.push(next.id);
  return ids;
}

test('as many are written as the daemon takes; a reply makes room for the next', () => {
  const pending = new PendingRequests(10);
  pending.setWindows({ in_flight: 2, waits: 1 });
  for (const id of ['1', '2', '3']) pending.add(request(id));
  for (const id of ['4', '5']) pending.add(request(id, 'ask.wait'));
  expect(writable(pending)).toEqual(['1', '2', '4']);
  expect(pending.take('2')?.id).toBe('2');
  expect(pending.take('2')).toBeUndefined();
  expect(writable(pending)).toEqual(['3']);
});

test('never more than 256 of a kind, whatever the daemon allows, and one at least', () => {
  const pending = new PendingRequests(1_000);
  for (let id = 0; id < 600; id += 1) pending.add(request(`${id}`, id % 2 === 0 ? 'ping' : 'ask.wait'));
  pending.setWindows({ in_flight: 100_000, waits: 0 });
  expect(writable(pending).length).toBe(257);
});

test('the queue has an end', () => {
  const pending = new PendingRequests(2);
  pending.add(request('1'));
  pending.add(request('2', 'ask.wait'));
  expect(() => pending.add(request('3'))).toThrow(expect.objectContaining({ code: 'too_many_pending' }));
});

test('a broken connection queues again in front what may be repeated, and gives the rest', () => {
  const pending = new PendingRequests(10);
  pending.setWindows({ in_flight: 3, waits: 1 });
  pending.add(request('1', 'daemon.pause'));
  pending.add(request('2', 'session.emit', { event_id: 'e' }));
  pending.add(request('3'));
  pending.add(request('4'));
  pending.add(request('5', 'ask.wait'));
  expect(writable(pending)).toEqual(['1', '2', '3', '5']);
  expect(pending.lose().map(({ id }) => id)).toEqual(['1']);
  expect(writable(pending)).toEqual(['2', '3', '4', '5']);
});

test('what nobody waits for is not written, and keeps its place when it was', () => {
  const pending = new PendingRequests(10);
  pending.setWindows({ in_flight: 1, waits: 1 });
  const [first, second, third] = [request('1'), request('2'), request('3')];
  for (const each of [first, second, third]) pending.add(each);
  expect(writable(pending)).toEqual(['1']);
  for (const each of [first, second]) {
    each.reject(new Error('aborted'));
    pending.forget(each);
  }
  expect(writable(pending)).toEqual([]);
  pending.take('1');
  expect(writable(pending)).toEqual(['3']);
  third.reject(new Error('aborted'));
  expect(pending.lose()).toEqual([]);
  expect(writable(pending)).toEqual([]);
});

test('drain gives everything and leaves nothing', () => {
  const pending = new PendingRequests(10);
  pending.setWindows({ in_flight: 1, waits: 1 });
  for (const id of ['1', '2']) pending.add(request(id));
  writable(pending);
  expect(pending.drain().map(({ id }) => id)).toEqual(['1', '2']);
  expect(pending.drain()).toEqual([]);
});

test('a request settles once', () => {
  outcomes = [];
  const once = request('1');
  once.resolve({});
  once.reject(new Error('late'));
  expect(outcomes).toEqual(['1 resolved']);
});

test('a wait asks for the time that is left; other lines stay as they are', () => {
  vi.useFakeTimers();
  const wait = request('7', 'ask.wait', { ask_id: 'a', timeout_ms: 1_000 });
  const endless = request('8', 'ask.wait', { ask_id: 'a' });
  vi.advanceTimersByTime(300);
  expect(wait.encode()).toBe('{"v":1,"id":"7","type":"ask.wait","payload":{"ask_id":"a","timeout_ms":700}}\n');
  vi.advanceTimersByTime(2_000);
  expect(wait.encode()).toContain('"timeout_ms":0');
  expect(endless.encode()).toBe('{"v":1,"id":"8","type":"ask.wait","payload":{"ask_id":"a"}}\n');
  vi.useRealTimers();
});

test('an error says that it may have happened only of what was written and changes something', () => {
  const of = (type: string, written: boolean): boolean => {
    const each = request('1', type);
    each.written = written;
    return each.failure('connection_lost', 'gone').mayHaveHappened;
  };
  expect([of('ping', true), of('daemon.stop', false), of('daemon.stop', true)]).toEqual([false, false, true]);
});
