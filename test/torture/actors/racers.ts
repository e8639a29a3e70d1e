import type { Control } from '@proj/client';
import type { Ask } from '@proj/protocol';
import type { Random } from '../harness/random.ts';
import type { History, Result } from '../history/history.ts';
import type { DaemonProcess } from './daemon-process.ts';
import { sendOnce, sendText } from './one-shot.ts';
import type { ReturningClient } from './returning-client.ts';

/** Everybody who may take part in a race for an ask. */
export interface Field {
  daemon: DaemonProcess;
  history: History;
  operators: readonly ReturningClient[];
  programs: readonly ReturningClient[];
  sdk: Control;
}

/** One who does something to the ask, or looks at it, once. */
export type Racer = (ask: Ask) => Promise<unknown>;

type MakeRacer = (field: Field, random: Random, name: string) => Racer;

// As often as they stand here.
const kinds: readonly MakeRacer[] = [
  operatorAnswers,
  operatorAnswers,
  operatorAnswers,
  operatorAnswers,
  answersInOneShot,
  answersInOneShot,
  sdkAnswers,
  sdkAnswers,
  answersTwice,
  programCancels,
  programWaits,
  programLooks,
  operatorLooks,
  operatorLists,
  programTriesToAnswer,
  asksForStatus,
];

/** So many racers; the first is one that answers. */
export function drawRacers(field: Field, random: Random, names: readonly string[]): Racer[] {
  return names.map((name, at) => (at === 0 ? operatorAnswers : random.pick(kinds))(field, random, name));
}

function operatorAnswers({ operators }: Field, random: Random, name: string): Racer {
  const operator = random.pick(operators);
  const value = random.next() < 0.5;
  return ({ ask_id }) => operator.request('ask.answer', { ask_id, value, answer_id: name });
}

/** Twice at once under one id, over two connections: that is one answer. */
function answersTwice({ operators }: Field, random: Random, name: string): Racer {
  const pair = [random.pick(operators), random.pick(operators)];
  const value = random.next() < 0.5;
  return ({ ask_id }) =>
    Promise.all(pair.map((operator) => operator.request('ask.answer', { ask_id, value, answer_id: name })));
}

function answersInOneShot({ daemon, history }: Field, random: Random, name: string): Racer {
  const value = random.next() < 0.5;
  return ({ ask_id }) => sendOnce(daemon.control, [name, 'ask.answer', { ask_id, value, answer_id: name }], history);
}

function sdkAnswers({ sdk, history }: Field, random: Random, name: string): Racer {
  const value = random.next() < 0.5;
  return async ({ ask_id }) => {
    const end = history.begin(name, 'ask.answer', { ask_id, value, answer_id: name });
    const result = await sdk.answer(ask_id, value, { answerId: name }).then(
      (reply): Result => ({ ok: true, payload: { ...reply } }),
      (): Result => ({ lost: true }),
    );
    end(result);
  };
}

function programCancels({ programs }: Field, random: Random): Racer {
  const program = random.pick(programs);
  return ({ ask_id }) => program.request('ask.cancel', { ask_id });
}

function programWaits({ programs }: Field, random: Random): Racer {
  const program = random.pick(programs);
  return ({ ask_id }) => program.request('ask.wait', { ask_id, timeout_ms: 10_000 });
}

function programLooks({ programs }: Field, random: Random): Racer {
  const program = random.pick(programs);
  return ({ ask_id }) => program.request('ask.get', { ask_id });
}

function operatorLooks({ operators }: Field, random: Random): Racer {
  const operator = random.pick(operators);
  return ({ ask_id }) => operator.request('ask.get', { ask_id });
}

function operatorLists({ operators }: Field, random: Random): Racer {
  const operator = random.pick(operators);
  return ({ session_id }) => operator.request('ask.list', { session_id, state: 'pending', limit: 10 });
}

function programTriesToAnswer({ programs }: Field, random: Random, name: string): Racer {
  const program = random.pick(programs);
  return ({ ask_id }) => program.request('ask.answer', { ask_id, value: true, answer_id: name });
}

function asksForStatus({ daemon }: Field): Racer {
  return () => sendText(daemon.control, 'status');
}
