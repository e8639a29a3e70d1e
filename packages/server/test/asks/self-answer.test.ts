import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Peer } from '@proj/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { refuseSelfAnswer, type SelfAnswerDeps } from '../../src/asks/self-answer.ts';
import { anAsk, operator } from '../support/records.ts';
import { thrownBy } from '../support/thrown.ts';

const selfAnswer = {
  code: 'forbidden',
  message: 'the ask is of the session or the process tree that this answer comes from',
  details: { reason: 'self_answer' },
};

function refusal(
  peer: Peer | undefined,
  { responder_id, ...deps }: Partial<SelfAnswerDeps> & { responder_id?: string },
) {
  const request = { ask_id: 'ask_1', value: true, ...(responder_id !== undefined && { responder_id }) };
  const allDeps: SelfAnswerDeps = { askerOf: () => undefined, selfAnswer: () => 'refuse', ...deps };
  return () => refuseSelfAnswer(allDeps, anAsk(), request, { ...operator, peer });
}

const fromHere = { askerOf: () => ({ pid: process.pid }) };

test('the process that asked does not answer, where that is refused', () => {
  expect(thrownBy(refusal({ pid: process.pid }, fromHere))).toEqual(selfAnswer);
  expect(refusal({ pid: process.pid }, { ...fromHere, selfAnswer: () => 'allow' })).not.toThrow();
});

test('neither does a process that it started', async () => {
  const child = await aProcess({});
  expect(thrownBy(refusal({ pid: child }, fromHere))).toEqual(selfAnswer);
  expect(refusal({ pid: process.pid }, { askerOf: () => ({ pid: child }) })).not.toThrow();
});

test('a person at the terminal of the asker says so, and may', () => {
  expect(refusal({ pid: process.pid }, { ...fromHere, responder_id: 'self' })).not.toThrow();
});

test.each<'allow' | 'refuse'>(['allow', 'refuse'])(
  'nobody inside the session that asked answers, with self_answer %s',
  async (policy) => {
    const inside = await aProcess({ PROJ_SESSION_ID: 'ses_1' });
    const deps = { selfAnswer: () => policy };
    expect(thrownBy(refusal({ pid: inside }, deps))).toEqual(selfAnswer);
    expect(thrownBy(refusal({ pid: inside }, { ...deps, responder_id: 'self' }))).toEqual(selfAnswer);
    const elsewhere = await aProcess({ PROJ_SESSION_ID: 'ses_2' });
    expect(refusal({ pid: elsewhere }, deps)).not.toThrow();
  },
);

test('where a process is not known, or the asker is not, nobody is refused', () => {
  for (const peer of [undefined, {}, { uid: 0 }]) expect(refusal(peer, fromHere)).not.toThrow();
  for (const asker of [undefined, {}, { uid: 0 }]) {
    expect(refusal({ pid: process.pid }, { askerOf: () => asker })).not.toThrow();
  }
});

/** A child that waits, with nothing in its environment but this. */
async function aProcess(env: Record<string, string>): Promise<number> {
  const child = spawn('/bin/sh', ['-c', 'echo ready; read line'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
  });
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('no child');
  return child.pid;
}
