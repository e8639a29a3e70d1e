import { describe, expect, test } from 'vitest';
import type { SessionHandle } from '../src/index.ts';
import { openRuntime, startDaemon } from './support/cleanup.ts';
import type { FakeDaemon } from './support/fake-daemon.ts';

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const payloads = (daemon: FakeDaemon, type: string): unknown[] => daemon.seen(type).map(({ payload }) => payload);

async function openSession(daemon: FakeDaemon): Promise<SessionHandle> {
  return (await openRuntime(daemon)).session('s1');
}

/** A daemon that settles every ask like this, at once. */
async function settling(settled: object): Promise<FakeDaemon> {
  const daemon = await startDaemon();
  daemon.on('ask.open', () => ({ ask: { ask_id: 'a1', state: 'pending' }, created: true }));
  return daemon.on('ask.wait', () => ({ ask: { ask_id: 'a1', ...settled } }));
}

const answered = (value: unknown, more: object = {}): object => ({
  state: 'answered',
  answer: { value, timed_out: false, ...more },
});

describe('an approval', () => {
  test.each([
    ['an answered true', answered(true), true],
    ['a default that says true', answered(true, { timed_out: true }), true],
    ['an answered false', answered(false), false],
    ['a word that is not true', answered('true'), false],
    ['expired', { state: 'expired' }, false],
    ['cancelled', { state: 'cancelled' }, false],
    ['expired, whatever stands on it', { state: 'expired', answer: { value: true } }, false],
  ])('%s is %#', async (_, settled, expected) => {
    const session = await openSession(await settling(settled));
    expect(await session.askApproval('Deploy?')).toBe(expected);
  });

  test('says on the wire what was given', async () => {
    const daemon = await settling(answered(true));
    const session = await openSession(daemon);
    await session.askApproval('Delete 41 branches?', {
      key: 'k1',
      risk: 'destructive',
      timeoutMs: 600_000,
      onTimeout: 'use_default',
      defaultValue: false,
      urgency: 'blocking',
      context: [{ name: 'repo', value: 'x' }],
    });
    expect(payloads(daemon, 'ask.open')).toEqual([
      {
        session_id: 's1',
        kind: 'approval',
        message: 'Delete 41 branches?',
        key: 'k1',
        risk: 'destructive',
        urgency: 'blocking',
        context: [{ name: 'repo', value: 'x' }],
        timeout_ms: 600_000,
        on_timeout: 'use_default',
        default_value: false,
      },
    ]);
  });
});

describe('a choice', () => {
  test('offers values as their own labels, and gives the one chosen', async () => {
    const daemon = await settling(answered(2));
    const session = await openSession(daemon);
    const value: 1 | 2 | 'none' | undefined = await session.askChoice('How many?', [
      1,
      2,
      { label: 'None at all', value: 'none', style: 'danger' },
    ]);
    expect(value).toBe(2);
    expect(payloads(daemon, 'ask.open')).toEqual([
      {
        session_id: 's1',
        kind: 'choice',
        message: 'How many?',
        key: uuid,
        options: [
          { label: '1', value: 1 },
          { label: '2', value: 2 },
          { label: 'None at all', value: 'none', style: 'danger' },
        ],
      },
    ]);
  });

  test('is undefined when nobody chose', async () => {
    const session = await openSession(await settling({ state: 'expired' }));
    expect(await session.askChoice('Which?', ['a', 'b'])).toBeUndefined();
  });
});

describe('an input', () => {
  test('gives the text, also an empty one', async () => {
    expect(await (await openSession(await settling(answered('')))).askInput('Name?')).toBe('');
  });

  test('of a secret ask carries no key', async () => {
    const daemon = await settling(answered('hunter2'));
    const session = await openSession(daemon);
    expect(await session.askInput('Password?', { secret: true })).toBe('hunter2');
    expect(payloads(daemon, 'ask.open')).toEqual([
      { session_id: 's1', kind: 'input', message: 'Password?', secret: true },
    ]);
  });

  test('is undefined when nobody answered', async () => {
    expect(await (await openSession(await settling({ state: 'cancelled' }))).askInput('Name?')).toBeUndefined();
  });
});

describe('asking', () => {
  test('an ask found by its key may be settled already', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.open', () => ({ ask: { ask_id: 'a1', ...answered(true) }, created: false }));
    const session = await openSession(daemon);
    expect(await session.ask({ kind: 'approval', message: 'Deploy?', key: 'k' })).toEqual({
      ask_id: 'a1',
      ...answered(true),
    });
    expect(daemon.seen('ask.wait')).toEqual([]);
  });

  test('waits on over cuts and a restart of the daemon', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.open', ({ from }) => {
      if (from.number > 0) return { ask: { ask_id: 'a1', state: 'pending' }, created: false };
      from.cut();
      return undefined;
    });
    daemon.on('ask.wait', () => undefined);
    const session = await openSession(daemon);
    const approved = session.askApproval('Deploy?');
    await daemon.until(() => daemon.seen('ask.wait').length === 1);
    await daemon.stop();
    daemon.on('ask.wait', () => ({ ask: { ask_id: 'a1', ...answered(true) } }));
    await daemon.listen();
    expect(await approved).toBe(true);
    const [first, second] = payloads(daemon, 'ask.open');
    expect(second).toEqual(first);
  });

  test('gives the pending ask when its own time is over', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.wait', () => ({ ask: { ask_id: 'a1', state: 'pending' } }));
    const session = await openSession(daemon);
    expect(await session.waitForAsk('a1', { timeoutMs: 0 })).toEqual({ ask_id: 'a1', state: 'pending' });
    expect(payloads(daemon, 'ask.wait')).toEqual([{ ask_id: 'a1', timeout_ms: 0 }]);
  });

  test('renews the wait while the ask is pending', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.wait', () => ({
      ask: { ask_id: 'a1', state: daemon.seen('ask.wait').length < 3 ? 'pending' : 'cancelled' },
    }));
    expect(await (await openSession(daemon)).waitForAsk('a1')).toEqual({ ask_id: 'a1', state: 'cancelled' });
  });

  test('stops waiting when aborted, and leaves the ask alone', async () => {
    const daemon = await startDaemon();
    daemon
      .on('ask.open', () => ({ ask: { ask_id: 'a1', state: 'pending' }, created: true }))
      .on('ask.wait', () => undefined);
    const session = await openSession(daemon);
    const abort = new AbortController();
    const asking = session.askApproval('Deploy?', { signal: abort.signal });
    await daemon.until(() => daemon.seen('ask.wait').length === 1);
    abort.abort();
    await expect(asking).rejects.toMatchObject({ code: 'aborted' });
    expect(daemon.seen('ask.cancel')).toEqual([]);
  });
});

describe('cancelling', () => {
  test('gives the ask as it is then', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.cancel', () => ({ ask: { ask_id: 'a1', state: 'cancelled' } }));
    expect(await (await openSession(daemon)).cancelAsk('a1', 'moot')).toEqual({ ask_id: 'a1', state: 'cancelled' });
    expect(payloads(daemon, 'ask.cancel')).toEqual([{ ask_id: 'a1', reason: 'moot' }]);
  });

  test('over a broken connection is done once', async () => {
    const daemon = await startDaemon();
    daemon.on('ask.cancel', ({ from }) => {
      from.cut();
      return undefined;
    });
    daemon.on('ask.get', () => ({ ask: { ask_id: 'a1', state: 'cancelled' } }));
    expect(await (await openSession(daemon)).cancelAsk('a1')).toEqual({ ask_id: 'a1', state: 'cancelled' });
    expect(daemon.seen('ask.cancel').length).toBe(1);
  });
});
