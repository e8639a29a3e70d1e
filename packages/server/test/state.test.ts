import { join } from 'node:path';
import type { JournalEvent } from '@proj/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Journal } from '../src/journal/journal.ts';
import { openSqliteJournal } from '../src/journal/sqlite-journal.ts';
import { loadState } from '../src/state.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FailingJournal } from './support/failing-journal.ts';
import { type Client, createClient, createRig, type Rig } from './support/rig.ts';
import { tempDirectory } from './support/temp-directory.ts';

const ALL = { afterSeq: 0, limit: 10_000 };

interface Act {
  kind: (typeof KINDS)[number];
  /** Picks the session, ask, key or value that it is about. */
  n: number;
}

const KINDS = [
  'session.open',
  'session.open with a key',
  'session.emit',
  'session.emit again',
  'session.log',
  'session.transition',
  'session.input',
  'session.steer',
  'ask.open',
  'ask.open with a key',
  'ask.open with a deadline',
  'ask.open of a secret',
  'ask.cancel',
  'ask.answer',
  'daemon.steer',
  'time passes',
  'turn ends',
  'disk is full',
] as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the event log, folded through the same transitions, gives the rows that are stored', { timeout: 30_000 }, () => {
  const act = fc.record({ kind: fc.constantFrom(...KINDS), n: fc.nat(999) });
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { minLength: 30, maxLength: 120 }), (acts) => {
      const failing = new FailingJournal();
      const rig = createRig({ dir: tempDirectory(), wrap: failing.wrap });
      const story = new Story(rig, failing);
      for (const each of acts) story.run(each);
      rig.core.turn.commit();
      const events = eventsOf(rig.journal);
      for (const { type } of events) seen.add(type);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      const stored = rowsOf(rig.journal);
      expect(rowsAfter(events)).toStrictEqual(stored);
      rig.core.state.asks.stop();
      expect(stateAfterRestart(rig)).toStrictEqual(stateOf(rig.core.state));
      rig.close();
    }),
    { seed: 7, numRuns: 25 },
  );
  expect([...seen].toSorted()).toEqual([
    'ask.opened',
    'ask.settled',
    'daemon.changed',
    'session.changed',
    'session.event',
    'session.input',
    'session.logged',
    'session.opened',
  ]);
});

/** Random acts of an agent and an operator. What is refused is part of it. */
class Story {
  #rig: Rig;
  #failing: FailingJournal;
  #agent: Client = createClient('runtime', 'cli_a');
  #operator: Client = createClient('control', 'cli_o');

  constructor(rig: Rig, failing: FailingJournal) {
    this.#rig = rig;
    this.#failing = failing;
  }

  run({ kind, n }: Act): void {
    const session_id = pick(idsIn(this.#agent, 'session'), n);
    const ask_id = pick(idsIn(this.#agent, 'ask'), n);
    const key = `k${n % 4}`;
    const ask = { session_id, kind: 'approval', message: 'm' };
    const agent = (type: string, payload: object): void => this.#rig.send(this.#agent, type, payload);
    const operator = (type: string, payload: object): void => this.#rig.send(this.#operator, type, payload);
    switch (kind) {
      case 'session.open':
        return agent('session.open', { name: 'n' });
      case 'session.open with a key':
        return agent('session.open', { name: 'n', key, agent_id: `a${n % 2}` });
      case 'session.emit':
        return agent('session.emit', { session_id, event: reported(n) });
      case 'session.emit again':
        return agent('session.emit', { session_id, event: reported(n % 3), event_id: `e${n % 3}` });
      case 'session.log':
        return agent('session.log', { session_id, sender: 'agent', content: `ä ${n}` });
      case 'session.transition':
        return agent('session.transition', { session_id, state: pick(['active', 'paused', 'completed'], n) });
      case 'session.input':
        return operator('session.input', {
          session_id,
          input: { input_type: 'message', text: `t${n % 5}` },
          ...(n % 2 === 0 && { input_id: `i${n % 5}` }),
        });
      case 'session.steer':
        return operator(pick(['session.pause', 'session.resume', 'session.resume', 'session.abort'], n), {
          session_id,
        });
      case 'ask.open':
        return agent('ask.open', ask);
      case 'ask.open with a key':
        return agent('ask.open', { ...ask, key });
      case 'ask.open with a deadline':
        return agent('ask.open', { ...ask, timeout_ms: n, on_timeout: 'use_default', default_value: false });
      case 'ask.open of a secret':
        return agent('ask.open', { ...ask, kind: 'input', secret: true });
      case 'ask.cancel':
        return agent('ask.cancel', { ask_id });
      case 'ask.answer':
        return operator('ask.answer', { ask_id, value: pick<unknown>([true, false, 'text'], n) });
      case 'daemon.steer':
        return operator(pick(['daemon.pause', 'daemon.resume'], n), {});
      case 'time passes':
        return this.#rig.clock.advance(n);
      case 'turn ends':
        return this.#rig.core.turn.commit();
      case 'disk is full':
        return this.#fail(n);
    }
  }

  #fail(n: number): void {
    this.#failing.failing = n % 2 === 0 ? 'append' : 'commit';
    this.#rig.send(this.#agent, 'session.open', { name: 'lost', key: 'lost' });
    this.#rig.core.turn.commit();
    this.#failing.failing = undefined;
  }
}

function reported(n: number): object {
  if (n % 2 === 0) return { event_type: 'status_update', message: `s${n}` };
  return { event_type: 'draft_ready', draft_id: `d${n % 5}`, summary: 's', artifact_count: 1 };
}

function idsIn({ replies }: Client, noun: 'session' | 'ask'): string[] {
  const records = replies.flatMap((reply) => ('payload' in reply ? [reply.payload[noun]] : []));
  const ids = records.map((record) => new Map<string, unknown>(Object.entries(record ?? {})).get(`${noun}_id`));
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

function pick<T>(from: readonly T[], n: number): T | 'none' {
  return from[n % Math.max(from.length, 1)] ?? 'none';
}

function eventsOf(journal: Journal): JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let afterSeq = 0; afterSeq < journal.headSeq; ) {
    const page = journal.readLines({ afterSeq, throughSeq: journal.headSeq, limit: 500, filter: {} });
    events.push(...page.lines.map(({ line }): JournalEvent => JSON.parse(line)));
    afterSeq = page.throughSeq;
  }
  return events;
}

/** The rows that a fresh journal has after the same events. */
function rowsAfter(events: readonly JournalEvent[]): object {
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  const { projections, asks } = loadState(journal, new FakeClock(), () => expect.unreachable());
  journal.begin();
  for (const event of events) {
    journal.append(event, JSON.stringify(event));
    for (const projection of projections) projection.apply(event);
  }
  for (const projection of projections) projection.save();
  journal.commit();
  const rows = rowsOf(journal);
  asks.stop();
  journal.close();
  return rows;
}

function rowsOf(journal: Journal): object {
  const sessions = journal.sessions.list(ALL);
  const inputs = (sessionId: string) => {
    const found = [];
    for (let next = journal.inputs.next(sessionId, 0); next; next = journal.inputs.next(sessionId, next.seq))
      found.push(next);
    return found;
  };
  return {
    sessions,
    asks: journal.asks.list(ALL),
    messages: sessions.map(({ row }) => journal.messages.list(row.session_id, 0, 10_000)),
    inputs: sessions.map(({ row }) => inputs(row.session_id)),
    counters: ['sessions_total', 'session_resumes', 'paused'].map((name) => journal.counters.find(name)),
  };
}

function stateAfterRestart({ journal, clock }: Rig): object {
  const state = loadState(journal, clock, () => expect.unreachable());
  state.asks.stop();
  return stateOf(state);
}

function stateOf({ sessions, asks, lifecycle }: Rig['core']['state']): object {
  const keys = ['a0', 'a1'].flatMap((agent) => [0, 1, 2, 3].map((n) => sessions.findByKey(agent, `k${n}`)));
  return {
    live: sessions.liveInOrder(),
    counts: [sessions.liveCount, sessions.total, sessions.resumes, asks.pendingCount],
    keys,
    pending: asks.pending(),
    due: asks.pending().map(({ row }) => asks.isDue(row.ask_id)),
    isPaused: lifecycle.isPaused,
  };
}
