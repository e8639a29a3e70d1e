import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Control, SessionHandle } from '../../src/index.ts';
import * as examples from '../docs-examples.ts';
import { DaemonProcess } from './daemon-process.ts';

/** Answers every ask by its message, until the client is closed. */
async function answerAll(control: Control, values: Record<string, unknown>): Promise<void> {
  for await (const event of control.watch({ afterSeq: 0, types: ['ask.opened'] })) {
    if (event.type !== 'ask.opened') continue;
    await control.answer(event.payload.ask_id, values[event.payload.message], { responderName: 'Ada' });
  }
}

describe('the examples of the documentation', { timeout: 60_000 }, () => {
  let daemon: DaemonProcess;
  let control: Control;
  let session: SessionHandle;

  beforeEach(async () => {
    examples.story.splice(0);
    daemon = await DaemonProcess.start();
    control = await daemon.control();
    session = await (await daemon.runtime({ channelId: 'bridge:1' })).openSession({ name: 'examples' });
  });

  test('a program asks before it deletes', async () => {
    const answering = answerAll(control, { 'Delete 41 stale branches?': true });
    await examples.readme(daemon.dir);
    expect(examples.story).toEqual(['branches deleted']);
    expect(await control.sessions({ state: 'completed' })).toMatchObject([
      { name: 'nightly refactor', state_reason: 'deleted' },
    ]);
    await control.close();
    await answering;
  });

  test('questions, a review, an ask for later', async () => {
    void answerAll(control, {
      'Where to?': 'us',
      'Which ticket is this for?': 'T-7',
      'Paste a deploy token': 'hunter2',
      'Publish the release notes?': 'approve',
      'Rotate the keys?': true,
      'Deploy?': true,
    });
    await examples.questions(session);
    await examples.wholeAsk(session);
    await examples.askLater(session);
    expect(await examples.stopAfter(session, new AbortController().signal)).toBe(true);
    expect(examples.story).toEqual([
      ['us', 'T-7', 'hunter2'],
      ['approve', undefined, 'Ada'],
    ]);
  });

  test('inputs are heard, and abort ends the loop', async () => {
    const loop = examples.inputs(session);
    await control.input(session.sessionId, { input_type: 'message', text: 'faster' });
    await control.input(session.sessionId, { input_type: 'abort' });
    await loop;
    expect((await control.messages(session.sessionId)).map(({ content }) => content)).toContain('I heard: faster');
  });

  test('an operator refuses what is pending', async () => {
    const { ask } = await session.openAsk({ kind: 'approval', message: 'Deploy?' });
    await examples.operator(daemon.dir);
    expect(examples.story).toEqual([['Deploy?', 'won']]);
    expect(await session.waitForAsk(ask.ask_id)).toMatchObject({
      state: 'answered',
      answer: { value: false, channel_id: 'bot:1', reason: 'frozen until Monday' },
    });
  });

  test('a watch has what is pending and what follows', async () => {
    const { ask } = await session.openAsk({ kind: 'approval', message: 'First?' });
    const watching = expect(examples.watching(daemon.dir)).rejects.toThrow('enough');
    await until(() => examples.story.length === 1, control);
    await control.answer(ask.ask_id, true);
    await watching;
    expect(examples.story).toEqual([['pending now:', 1], ['settled:', 'answered'], 'number']);
  });

  test('what an operator paused the program cannot resume', async () => {
    await control.pauseSession(session.sessionId);
    await examples.failures(session);
    expect(examples.story).toEqual([['an operator paused this session']]);
  });

  test('a bridge relays', async () => {
    const posts: string[] = [];
    const relaying = examples.relay(session, (text) => Promise.resolve(void posts.push(text)));
    await control.input(session.sessionId, { input_type: 'message', text: 'go' });
    await relaying;
    expect(posts).toEqual(['bridge:1: message']);
  });

  test('one request without a connection', async () => {
    await examples.oneShot(join(daemon.dir, 'control.sock'));
    expect(examples.story).toMatchObject([[{ state: 'monitoring' }]]);
  });
});

/** Looks again after each round trip to the daemon. */
async function until(condition: () => boolean, control: Control): Promise<void> {
  while (!condition()) await control.ping();
}
