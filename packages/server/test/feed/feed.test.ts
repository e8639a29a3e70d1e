import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursorExpired, unreadable } from '../../src/errors.ts';
import type { FeedFilter } from '../../src/feed/cursor.ts';
import { Feed, lineOf } from '../../src/feed/feed.ts';
import { FakeSink } from '../support/fake-sink.ts';
import { LogOfLines } from '../support/log-of-lines.ts';

const all: FeedFilter = { sessionId: undefined, types: undefined };
const ofB: FeedFilter = { sessionId: 'b', types: undefined };
const ofY: FeedFilter = { sessionId: undefined, types: ['y'] };

describe('a subscriber', () => {
  test('at the head gets what is committed from then on, and nothing in the turn it came', async () => {
    const { feed, grow } = start(5);
    const sink = subscribe(feed, { position: 5 });
    grow(2);
    expect(sink.seqs).toEqual([]);
    await settled();
    grow(1);
    expect(sink.seqs).toEqual([6, 7, 8]);
  });

  test('behind gets all from its place, without gap and in order, over pages', async () => {
    const { feed, log } = start(1_700);
    const sink = subscribe(feed, { position: 3 });
    await settled();
    expect(sink.seqs).toEqual(numbers(4, 1_700));
    expect(log.reads.length).toBe(4);
  });

  test('is handed over from the journal to what is recent while events come in', async () => {
    const { feed, grow } = start(1_200);
    const sink = subscribe(feed, { position: 0 });
    for (let i = 0; i < 20; i++) {
      grow(3);
      await nextTurn();
    }
    await settled();
    expect(sink.seqs).toEqual(numbers(1, 1_260));
  });

  test('near the head is served without the journal', async () => {
    const { feed, grow, log } = start(0);
    grow(700);
    const sink = subscribe(feed, { position: 100 });
    await settled();
    expect([sink.seqs, log.reads]).toEqual([numbers(101, 700), []]);
  });

  test('whose sink is full stands still, and goes on where it stood', async () => {
    const { feed, grow } = start(0);
    const sink = subscribe(feed, { position: 0, room: 2 });
    await settled();
    for (let i = 0; i < 10; i++) grow(1);
    await settled();
    expect(sink.seqs).toEqual([1, 2]);
    sink.give(1);
    feed.resume('client');
    await settled();
    const seen = sink.seqs.length;
    expect(sink.seqs).toEqual(numbers(1, seen));
    sink.give(Number.POSITIVE_INFINITY);
    feed.resume('client');
    await settled();
    grow(1);
    expect(sink.seqs).toEqual(numbers(1, 11));
  });

  test('that takes nothing costs no reads of the journal', async () => {
    const { feed, grow, log } = start(1_000);
    const sink = subscribe(feed, { position: 0, room: 1 });
    await settled();
    const reads = log.reads.length;
    for (let i = 0; i < 50; i++) {
      grow(1);
      await nextTurn();
    }
    expect([log.reads.length, sink.written.length]).toEqual([reads, 1]);
  });

  test('whose place is gone from the journal is told so and ended', async () => {
    const { feed, log, grow } = start(1_000);
    const sink = subscribe(feed, { position: 0, room: 1 });
    await settled();
    log.dropBefore(900);
    sink.give(9);
    feed.resume('client');
    await settled();
    expect(sink.failures).toEqual([cursorExpired(900, 1_000)]);
    expect(feed.isSubscribed('client')).toBe(false);
    const written = sink.written.length;
    grow(1);
    await settled();
    expect(sink.written).toHaveLength(written);
  });

  test('whose page the disk does not give is told so and ended; the others get theirs', async () => {
    const { feed, log, grow } = start(1_000);
    const cause = new Error('disk I/O error');
    log.failOnce(cause);
    const [first, second] = ['first', 'second'].map((client) => subscribe(feed, { position: 0, client }));
    await settled();
    grow(1);
    await settled();
    expect([first?.seqs, first?.failures]).toEqual([[], [unreadable(cause)]]);
    expect([feed.isSubscribed('first'), feed.isSubscribed('second')]).toEqual([false, true]);
    expect([second?.seqs, second?.failures]).toEqual([numbers(1, 1_001), []]);
  });

  test('exactly before the oldest event is not too late', async () => {
    const { feed, log } = start(20);
    log.dropBefore(11);
    const sink = subscribe(feed, { position: 10 });
    await settled();
    expect([sink.seqs, sink.failures]).toEqual([numbers(11, 20), []]);
  });

  test('that subscribes again has one subscription, the new one', async () => {
    const { feed, grow } = start(5);
    const first = subscribe(feed, { position: 0 });
    const second = subscribe(feed, { position: 4 });
    await settled();
    grow(1);
    expect([first.seqs, second.seqs]).toEqual([[], [5, 6]]);
  });

  test('that ends its subscription gets nothing more, begun or not', async () => {
    const { feed, grow } = start(5);
    const sink = subscribe(feed, { position: 5 });
    expect(feed.isSubscribed('client')).toBe(true);
    feed.unsubscribe('client');
    await settled();
    grow(1);
    feed.resume('client');
    await settled();
    expect([sink.seqs, feed.isSubscribed('client')]).toEqual([[], false]);
  });
});

describe('bytes', () => {
  test('are one buffer for all unfiltered subscribers at the head', async () => {
    const { feed, grow } = start(0);
    const sinks = ['one', 'two', 'three'].map((client) => subscribe(feed, { position: 0, client }));
    await settled();
    grow(3);
    const [first, ...others] = sinks.map((sink) => sink.written.at(-1));
    expect(first).toBeInstanceOf(Buffer);
    for (const other of others) expect(other).toBe(first);
  });

  test('of a lone event are those of its frame', async () => {
    const { feed, log } = start(0);
    const sink = subscribe(feed, { position: 0 });
    await settled();
    const [line] = log.grow(1).map(frameOf);
    if (line === undefined) return expect.unreachable();
    feed.publish([line]);
    expect(sink.written).toEqual([line.bytes]);
    expect(sink.written[0]).toBe(line.bytes);
  });

  // A slice of Node's shared pool would keep 64 KiB alive for as long as the frame is among the recent ones.
  test('lie in memory of their own', () => {
    const line = lineOf('{"v":1}');
    expect(line.toString()).toBe('{"v":1}\n');
    expect(line.buffer.byteLength).toBe(8);
  });

  test('are the same from the journal as from the head', async () => {
    const { feed, grow } = start(0);
    const live = subscribe(feed, { position: 0, client: 'live' });
    await settled();
    grow(5);
    feed.reset(5);
    const late = subscribe(feed, { position: 0, client: 'late' });
    await settled();
    expect(Buffer.concat(late.written)).toEqual(Buffer.concat(live.written));
  });
});

describe('a filter', () => {
  test.each([
    ['of a session', ofB, (seq: number) => seq % 2 === 0],
    ['of types', ofY, (seq: number) => seq % 3 === 0],
  ])('%s leaves holes, behind and at the head alike', async (_name, filter, passing) => {
    const { feed, grow } = start(1_100);
    const sink = subscribe(feed, { position: 0, filter });
    await settled();
    grow(7);
    grow(1);
    await settled();
    expect(sink.seqs).toEqual(numbers(1, 1_108).filter(passing));
  });

  test('that lets nothing pass moves on all the same: retention does not reach it', async () => {
    const { feed, log, grow } = start(1_100);
    const sink = subscribe(feed, { position: 0, filter: { sessionId: 'nobody', types: undefined } });
    await settled();
    log.dropBefore(1_100);
    grow(2);
    feed.resume('client');
    await settled();
    expect([sink.written, sink.failures]).toEqual([[], []]);
  });
});

describe('a push', () => {
  const disconnected = {
    v: 1 as const,
    at: '2026-11-20T12:00:00.000Z',
    type: 'client.disconnected' as const,
    payload: { client_id: 'cli_1', socket: 'runtime' as const },
  };

  test('goes to those whose filter lets it pass and whose sink has room', async () => {
    const { feed } = start(0);
    const sinks = [
      subscribe(feed, { position: 0, client: 'all' }),
      subscribe(feed, { position: 0, client: 'session', filter: ofB }),
      subscribe(feed, {
        position: 0,
        client: 'types',
        filter: { sessionId: undefined, types: ['client.disconnected'] },
      }),
      subscribe(feed, { position: 0, client: 'full', room: 0 }),
    ];
    await settled();
    feed.push(disconnected);
    expect(sinks.map((sink) => sink.lines)).toEqual([[disconnected], [], [disconnected], []]);
  });

  test('progress tells filtered subscribers that have seen everything where the head is', async () => {
    const { feed, grow } = start(0);
    const unfiltered = subscribe(feed, { position: 0, client: 'all' });
    const idle = subscribe(feed, { position: 0, client: 'idle', filter: { sessionId: 'c', types: undefined } });
    const stuck = subscribe(feed, { position: 0, client: 'stuck', filter: ofB, room: 0 });
    await settled();
    grow(4);
    const before = unfiltered.written.length;
    feed.progress('2026-11-20T12:00:30.000Z');
    const push = { v: 1, at: '2026-11-20T12:00:30.000Z', type: 'feed.progress', payload: { head_seq: 4 } };
    expect([idle.lines, stuck.lines, unfiltered.written.length]).toEqual([[push], [], before]);
  });

  test('progress never runs ahead of an event that is still to come', async () => {
    const { feed, grow } = start(0);
    const sink = subscribe(feed, { position: 0, filter: ofB, room: 1 });
    await settled();
    grow(2);
    grow(2);
    sink.give(9);
    feed.progress('2026-11-20T12:00:30.000Z');
    expect(sink.seqs).toEqual([2]);
    feed.resume('client');
    await settled();
    expect(sink.seqs).toEqual([2, 4]);
  });
});

test('after a failed commit the seqs that come again are sent once, as what was committed then', async () => {
  const { feed, log, grow } = start(3);
  const sink = subscribe(feed, { position: 3 });
  await settled();
  log.grow(2);
  log.dropAfter(3);
  feed.reset(3);
  expect(feed.head).toBe(3);
  grow(2);
  await settled();
  expect(sink.seqs).toEqual([4, 5]);
});

test('after a failed commit a place that is no more is no subscription', async () => {
  const { feed, log, grow } = start(3);
  log.grow(2);
  const sink = subscribe(feed, { position: 5 });
  log.dropAfter(3);
  feed.reset(3);
  expect(feed.isSubscribed('client')).toBe(false);
  await settled();
  grow(4);
  await settled();
  expect(sink.seqs).toEqual([]);
});

test('whatever the order of commits, turns, stalls and retention: gapless, ordered, nothing twice', async () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('grow' as const), by: fc.integer({ min: 1, max: 900 }) }),
    fc.record({ kind: fc.constant('turn' as const), by: fc.constant(0) }),
    fc.record({ kind: fc.constant('room' as const), by: fc.nat(4) }),
  );
  const filters = [all, ofB, ofY];
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.nat(600), async (acts, position) => {
      const { feed, log, grow } = start(600);
      const sinks = filters.map((filter, i) => subscribe(feed, { position, filter, room: 1, client: `c${i}` }));
      for (const { kind, by } of acts) {
        if (kind === 'grow') grow(by);
        if (kind === 'turn') await nextTurn();
        if (kind === 'room') giveAll(feed, sinks, by);
      }
      giveAll(feed, sinks, Number.POSITIVE_INFINITY);
      await settled();
      const after = numbers(position + 1, log.headSeq);
      const expected = [after, after.filter((seq) => seq % 2 === 0), after.filter((seq) => seq % 3 === 0)];
      expect(sinks.map((sink) => sink.seqs)).toEqual(expected);
    }),
    { seed: 7, numRuns: 60 },
  );
});

function start(length: number) {
  const log = new LogOfLines();
  log.grow(length);
  const feed = new Feed(log);
  const grow = (count: number): void => feed.publish(log.grow(count).map(frameOf));
  return { log, feed, grow };
}

function frameOf({ seq, type, sessionId, line }: ReturnType<LogOfLines['grow']>[number]) {
  return { seq, type, sessionId, bytes: lineOf(line) };
}

interface Subscription {
  position: number;
  filter?: FeedFilter;
  room?: number;
  client?: string;
}

function subscribe(feed: Feed, { position, filter = all, room, client = 'client' }: Subscription): FakeSink {
  const sink = new FakeSink(room);
  feed.subscribe(client, { position, filter, sink });
  return sink;
}

function giveAll(feed: Feed, sinks: FakeSink[], room: number): void {
  for (const [i, sink] of sinks.entries()) {
    sink.give(room);
    feed.resume(`c${i}`);
  }
}

/** Turns of the loop, more than any page here takes. */
async function settled(): Promise<void> {
  for (let i = 0; i < 90; i++) await nextTurn();
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
