import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { defaultLimits, encodeEvent, type JournalEvent } from '@proj/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { Turn } from '../../src/dispatch/turn.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import type { EventDraft, Projection } from '../../src/method.ts';
import { FailingJournal, type Step } from '../support/failing-journal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { AT } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

const STORAGE_FAILED = { code: 'storage_failed', message: 'the journal could not be written' };

test('an event has its place and time at once, and is applied at once', () => {
  const { turn, applied } = start();
  const by = { client_id: 'cli_1', channel_id: 'c' };
  const event = turn.append({ ...draft('m'), by });
  expect(event).toStrictEqual(eventAt(1, 'm', by));
  expect(applied).toStrictEqual([event]);
  expect([turn.isOpen, turn.size]).toEqual([true, 1]);
});

test('the events of a turn are one commit, told of after what was held', async () => {
  const { turn, story, journal } = start();
  turn.append(draft('a'));
  turn.hold((outcome) => story.push(`held: ${outcome}`));
  turn.append(draft('b'));
  expect(story).toEqual([]);
  await nextTurn();
  expect(story).toEqual(['saved', 'held: committed', 'committed: 1 2']);
  const lines = [eventAt(1, 'a'), eventAt(2, 'b')].map((event) => ({ seq: event.seq, line: encodeEvent(event) }));
  expect(journal.readLines({ afterSeq: 0, throughSeq: 9, limit: 9, filter: {} }).lines).toEqual(lines);
  expect([turn.isOpen, turn.size]).toEqual([false, 0]);
});

test('ended early it does not end twice', async () => {
  const { turn, story } = start();
  turn.commit();
  turn.append(draft('a'));
  turn.commit();
  turn.commit();
  await nextTurn();
  expect(story).toEqual(['saved', 'committed: 1']);
});

test('what is held may append: that is the next turn', () => {
  const { turn, story } = start();
  turn.append(draft('a'));
  turn.hold(() => void turn.append(draft('b')));
  turn.commit();
  expect([turn.isOpen, turn.size]).toEqual([true, 1]);
  turn.commit();
  expect(story).toEqual(['saved', 'committed: 1', 'saved', 'committed: 2']);
});

test('an event above the frame limit is refused and the turn stays as it was', () => {
  const { turn, applied, story } = start();
  turn.append(draft('a'));
  const line = encodeEvent(eventAt(2, ''));
  const room = defaultLimits.frame_bytes - line.length;
  expect(thrownBy(() => turn.append(draft('x'.repeat(room + 1))))).toMatchObject({ code: 'invalid_payload' });
  turn.append(draft('x'.repeat(room)));
  turn.commit();
  expect([applied.length, story]).toEqual([2, ['saved', 'committed: 1 2']]);
});

test.each<Step>(['append', 'commit'])('a turn that fails at %s is told of, and the state is read back', (step) => {
  const { turn, story, journal, failing } = start();
  turn.append(draft('kept'));
  turn.commit();
  story.length = 0;
  failing.failing = step;
  const first = step === 'append' ? thrownBy(() => turn.append(draft('lost'))) : turn.append(draft('lost')).seq;
  turn.hold((outcome) => story.push(`held: ${outcome}`));
  turn.commit();
  expect(first).toEqual(step === 'append' ? STORAGE_FAILED : 2);
  expect(story.filter((each) => each !== 'saved')).toEqual(['loaded', 'failed: disk full', 'held: failed']);
  failing.failing = undefined;
  expect([journal.headSeq, turn.append(draft('next')).seq]).toEqual([1, 2]);
});

test('a turn that cannot begin is no turn', () => {
  const { turn, story, failing } = start();
  failing.failing = 'begin';
  expect(thrownBy(() => turn.append(draft('lost')))).toEqual(STORAGE_FAILED);
  expect([turn.isOpen, story]).toEqual([false, []]);
});

test('a turn that has failed takes nothing more, and does not commit what it had', () => {
  const { turn, journal } = start();
  turn.append(draft('a'));
  turn.fail(new Error('half-way'));
  expect(thrownBy(() => turn.append(draft('b')))).toEqual(STORAGE_FAILED);
  turn.commit();
  expect(journal.headSeq).toBe(0);
  expect(turn.append(draft('c')).seq).toBe(1);
});

test('a projection that cannot apply or save makes the turn fail', () => {
  const { turn, journal, projection } = start();
  const { apply, save } = projection;
  projection.apply = () => {
    throw new TypeError('odd');
  };
  expect(thrownBy(() => turn.append(draft('a')))).toEqual(STORAGE_FAILED);
  turn.commit();
  projection.apply = apply;
  projection.save = () => {
    throw new TypeError('odd');
  };
  turn.append(draft('b'));
  turn.commit();
  projection.save = save;
  expect(journal.headSeq).toBe(0);
  expect(turn.append(draft('c')).seq).toBe(1);
});

function start() {
  const story: string[] = [];
  const applied: JournalEvent[] = [];
  const projection: Projection = {
    apply: (event) => void applied.push(event),
    save: () => void story.push('saved'),
    load: () => void story.push('loaded'),
  };
  const failing = new FailingJournal();
  const journal = failing.wrap(openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal'));
  const turn = new Turn({
    journal,
    projections: [projection],
    clock: new FakeClock(),
    limits: () => defaultLimits,
    onCommitted: (events) => story.push(`committed: ${events.map(({ event }) => event.seq).join(' ')}`),
    onFailed: (error) => story.push(`failed: ${error instanceof Error ? error.message : error}`),
  });
  onTestFinished(() => {
    failing.failing = undefined;
    turn.commit();
    journal.close();
  });
  return { turn, story, applied, journal, failing, projection };
}

function draft(message: string): EventDraft {
  const payload = { event_type: 'status_update' as const, message };
  return { type: 'session.event', session_id: 'ses_1', payload: () => payload };
}

function eventAt(seq: number, message: string, by?: JournalEvent['by']): JournalEvent {
  const head = { v: 1 as const, seq, at: AT, type: 'session.event' as const, session_id: 'ses_1' };
  return { ...head, ...(by && { by }), payload: { event_type: 'status_update', message } };
}
