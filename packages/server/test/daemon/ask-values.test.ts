import { expect, test } from 'vitest';
import { startWithSession } from './start-daemon.ts';

const options = [
  { label: 'A', value: 'a' },
  { label: 'One', value: 1 },
  { label: 'Yes', value: true },
];

interface Case {
  ask: object;
  good: unknown[];
  bad: unknown[];
}

const input = (schema: object): object => ({ kind: 'input', schema });

const cases: Record<string, Case> = {
  approval: { ask: { kind: 'approval' }, good: [true, false], bad: ['true', 1, 0, null, 'yes', [], {}] },
  choice: { ask: { kind: 'choice', options }, good: ['a', 1, true], bad: ['b', '1', 'true', ['a'], null, 'A', false] },
  'choice, multiple': {
    ask: { kind: 'choice', options, multiple: true },
    good: [[], ['a'], ['a', 1, true]],
    bad: ['a', ['b'], ['a', 'a'], [['a']], { 0: 'a' }],
  },
  input: { ask: { kind: 'input' }, good: ['', 'text', '\u{1f600}'], bad: [1, true, null, ['a'], {}] },
  'input, text': {
    ask: input({ type: 'string', minLength: 2, maxLength: 3 }),
    good: ['ab', '\u{1f600}\u{1f600}\u{1f600}'],
    bad: ['a', 'abcd', 12],
  },
  'input, enum': { ask: input({ type: 'string', enum: ['x', 'y'] }), good: ['x'], bad: ['z', '', 'X'] },
  'input, number': {
    ask: input({ type: 'number', minimum: -1, maximum: 1 }),
    good: [0, 0.5, -1, 1],
    bad: [1.01, -2, '0', null, true],
  },
  'input, integer': { ask: input({ type: 'integer' }), good: [0, -7], bad: [0.5, 1e300, '1'] },
  'input, boolean': { ask: input({ type: 'boolean' }), good: [true], bad: [0, 'true'] },
  'input, array': {
    ask: input({ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 }),
    good: [[1], [1, 2]],
    bad: [[], [1, 2, 3], ['1'], 1, [[1]]],
  },
  'input, object': {
    ask: input({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] }),
    good: [{ a: '' }, { a: 'x', b: 1 }],
    bad: [{}, { b: 1 }, { a: 1 }, { a: 'x', c: 1 }, [], 'a', { a: 'x', toString: 1 }],
  },
  form: {
    ask: {
      kind: 'form',
      items: [
        { item_id: 'ok', label: 'OK', kind: 'approval', required: true },
        { item_id: 'pick', label: 'Pick', kind: 'choice', options },
        { item_id: 'text', label: 'Text', kind: 'input', default_value: 'd' },
      ],
    },
    good: [{ ok: true }, { ok: false, pick: 1, text: '' }],
    bad: [{}, { pick: 'a' }, { ok: 'yes' }, { ok: true, pick: 'b' }, { ok: true, more: 1 }, [true], true],
  },
  review: { ask: { kind: 'review' }, good: ['approve'], bad: ['reject', true, 'Approve', ''] },
};

test.each(Object.entries(cases))(
  'values that answer a %s, and those that do not',
  async (_kind, { ask, good, bad }) => {
    const { runtime, control, sessionId } = await startWithSession();
    const open = async (): Promise<string> =>
      (await runtime.request('ask.open', { session_id: sessionId, message: '?', ...ask })).ask.ask_id;
    const ask_id = await open();
    const { journal } = await control.request('daemon.status');
    for (const value of bad) {
      const error = await control.refusal('ask.answer', { ask_id, value, answer_id: 'a' });
      expect([value, error.code]).toEqual([value, 'invalid_answer']);
    }
    expect((await control.request('daemon.status')).journal).toEqual(journal);
    // Nothing was used up: the same answer_id may still win.
    const [first, ...others] = good;
    const won = await control.request('ask.answer', { ask_id, value: first, answer_id: 'a' });
    expect([won.verdict, won.ask.answer.value]).toEqual(['won', first]);
    for (const value of others) {
      const { verdict } = await control.request('ask.answer', { ask_id: await open(), value });
      expect([value, verdict]).toEqual([value, 'won']);
    }
  },
);

test('a rejection needs its reason', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'review', message: '?' });
  const reject = { ask_id: ask.ask_id, value: 'reject' };
  for (const reason of [undefined, '', ' \n']) {
    expect((await control.refusal('ask.answer', { ...reject, reason })).code).toBe('invalid_answer');
  }
  const { verdict, ask: settled } = await control.request('ask.answer', { ...reject, reason: 'too large' });
  expect([verdict, settled.answer.value, settled.answer.reason]).toEqual(['won', 'reject', 'too large']);
});

test('an answer without a value is no answer, a key twice in one neither', async () => {
  const { runtime, control, sessionId } = await startWithSession();
  const { ask } = await runtime.request('ask.open', { session_id: sessionId, kind: 'approval', message: '?' });
  expect((await control.refusal('ask.answer', { ask_id: ask.ask_id })).code).toBe('invalid_payload');
  const lines = [
    `{"v":1,"id":"x","type":"ask.answer","payload":{"ask_id":"${ask.ask_id}","value":false,"value":true}}`,
    `{"v":1,"id":"x","type":"ask.answer","payload":{"ask_id":"${ask.ask_id}","value":{"a":1,"a":2}}}`,
    `{"v":1,"id":"x","type":"ask.answer","payload":{"ask_id":"${ask.ask_id}","value":true},"payload":{}}`,
  ];
  const codes = [];
  for (const line of lines) {
    control.send(line);
    codes.push((await control.reply('x'))['error'].code);
  }
  expect(codes).toEqual(['invalid_payload', 'invalid_payload', 'invalid_envelope']);
  expect((await runtime.request('ask.get', { ask_id: ask.ask_id })).ask).toEqual(ask);
});
