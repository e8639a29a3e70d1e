import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWithSession } from './start-daemon.ts';

const CANARY = 'CANARY-4f1c9b';

test('a secret reaches the asker alone', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession({ config: { log: { level: 'debug' } } });
  const watchers = [await daemon.connect('control'), await daemon.connect('runtime')];
  await watchers[0]?.request('events.subscribe', { snapshot: true });
  await watchers[1]?.request('events.subscribe', { session_id: sessionId });
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'input',
    message: '?',
    secret: true,
  });
  const waiting = runtime.request('ask.wait', { ask_id: ask.ask_id });
  const answer = { ask_id: ask.ask_id, value: CANARY, answer_id: 'a' };
  const told: unknown[] = [await control.request('ask.answer', answer)];
  expect(told[0]).toMatchObject({ verdict: 'won', ask: { state: 'answered' } });
  expect((await waiting).ask.answer.value).toBe(CANARY);
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask.answer.value).toBe(CANARY);
  // Nothing is compared, or somebody could try values.
  for (const value of [CANARY, 'guess']) {
    const again = await control.request('ask.answer', { ...answer, value });
    expect(again.verdict).toBe('lost');
    told.push(again);
  }
  told.push(await control.request('ask.get', { ask_id: ask.ask_id }));
  told.push(await control.request('ask.list', {}));
  told.push(await control.request('session.messages', { session_id: sessionId }));
  told.push(await control.request('events.subscribe', { after_seq: 0, snapshot: true }));
  for (const watcher of [control, ...watchers]) {
    for (let event = await watcher.nextEvent(); ; event = await watcher.nextEvent()) {
      told.push(event);
      if (event['type'] === 'ask.settled') break;
    }
  }
  expect(JSON.stringify(told)).not.toContain(CANARY);
  expect(daemon.log.join('\n')).not.toContain(CANARY);
});

test('a value that does not fit a secret ask is not echoed and not logged', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const schema = { type: 'string', maxLength: 3 };
  const request = { session_id: sessionId, kind: 'input', message: '?', secret: true, schema };
  const { ask } = await runtime.request('ask.open', request);
  const error = await control.refusal('ask.answer', { ask_id: ask.ask_id, value: CANARY });
  expect(error.code).toBe('invalid_answer');
  expect(JSON.stringify(error) + daemon.log.join('\n')).not.toContain(CANARY);
});

test('a secret survives a restart and is gone from the disk when its session ends', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', {
    session_id: sessionId,
    kind: 'input',
    message: '?',
    secret: true,
  });
  await control.request('ask.answer', { ask_id: ask.ask_id, value: CANARY });
  await daemon.restart();
  const asker = await daemon.connect('runtime');
  expect((await asker.request('ask.wait', { ask_id: ask.ask_id })).ask.answer.value).toBe(CANARY);
  await asker.request('session.transition', { session_id: sessionId, state: 'completed' });
  const { ask: after } = await asker.request('ask.get', { ask_id: ask.ask_id });
  expect(after.state).toBe('answered');
  expect(after.answer).not.toHaveProperty('value');
  await asker.request('session.open', { name: 'one more commit' });
  await daemon.stop();
  const files = readdirSync(daemon.dir).filter((name) => !name.endsWith('.sock'));
  expect(files).toContain('journal.db');
  for (const name of files)
    expect([name, readFileSync(join(daemon.dir, name)).includes(CANARY)]).toEqual([name, false]);
});
