import { expect, test } from 'vitest';
import { ownPeer } from '../support/own-peer.ts';
import { startWithSession } from './start-daemon.ts';

const approval = { kind: 'approval', message: 'Deploy?' };
const refuse = { config: { asks: { self_answer: 'refuse' } } };

test('what a process asked it does not answer where that is refused, after a restart neither', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession(refuse);
  const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
  const answer = { ask_id: ask.ask_id, value: true };
  const refused = { code: 'forbidden', message: expect.any(String), details: { reason: 'self_answer' } };
  expect(await control.refusal('ask.answer', answer)).toEqual(refused);
  await daemon.restart();
  const again = await daemon.connect('control');
  expect(await again.refusal('ask.answer', answer)).toEqual(refused);
  expect((await again.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
  const here = await again.request('ask.answer', { ...answer, responder_id: 'self' });
  expect([here.verdict, here.ask.answer.responder_id, here.ask.answer.peer]).toEqual(['won', 'self', ownPeer]);
});

test('a process may serve both sides unless that is refused, from one reload to the next', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession();
  const answer = async () => {
    const { ask } = await runtime.request('ask.open', { ...approval, session_id: sessionId });
    return { ask_id: ask.ask_id, value: true };
  };
  expect((await control.request('ask.answer', await answer())).verdict).toBe('won');
  daemon.configure(refuse.config);
  expect((await control.request('daemon.reload')).changed).toEqual(['asks.self_answer']);
  expect((await control.refusal('ask.answer', await answer())).code).toBe('forbidden');
});
