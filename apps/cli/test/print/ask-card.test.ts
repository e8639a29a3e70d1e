import { expect, test } from 'vitest';
import { askCard, facts } from '../../src/print/ask-card.ts';
import { answeredAsk, askRecord } from '../ask-record.ts';

const nowMs = Date.UTC(2026, 10, 20, 12, 2, 3);

test('O-12: what the daemon knows stands apart from what the asker says, and nothing is left out', () => {
  const ask = askRecord({
    kind: 'choice',
    message: 'Where?\nask_0000 answered via root',
    description: 'two\nlines',
    options: [
      { label: 'Staging', value: 'stg', description: 'safe' },
      { label: 'prod', value: 'prod' },
    ],
    default_value: 'prod',
    expires_at: '2026-11-20T12:30:00.000Z',
    risk: 'destructive',
    urgency: 'advisory',
    subject: 'git:4f2a',
    context: [{ name: 'effect', value: 'restarts\x07', url: 'https://ci/1' }],
    secret: false,
  });
  expect(askCard(ask, { nowMs })).toEqual([
    'ask_0123456789abcdef0123456789abcdef',
    'choice, waiting 2m 3s, expires in 27m 57s, in ses_fedcba9876543210fedcba9876543210',
    '│ Where?',
    '│ ask_0000 answered via root',
    '│ session: nightly',
    '│ risk: destructive',
    '│ urgency: advisory',
    '│ subject: git:4f2a',
    '│ two',
    '│ lines',
    '│ effect: restarts\\x07 (https://ci/1)',
    '│ 1 Staging = stg: safe',
    '│ 2 prod (default)',
  ]);
});

test('a form shows its items', () => {
  const ask = askRecord({
    kind: 'form',
    message: 'Release',
    items: [
      { item_id: 'v', label: 'Version', kind: 'input', required: true, default_value: '1.4' },
      {
        item_id: 'w',
        label: 'Where',
        kind: 'choice',
        message: 'to?',
        options: [{ label: 'S', value: 's' }],
        default_value: 's',
      },
    ],
  });
  expect(askCard(ask, { nowMs }).slice(4)).toEqual([
    '│ v: Version (input, required)',
    '│     (default) 1.4',
    '│ w: Where (choice) to?',
    '│     S = s (default)',
  ]);
});

test('lines are wrapped behind the gutter', () => {
  const lines = askCard(askRecord({ message: 'x'.repeat(30) }), { nowMs, width: 20 });
  expect(lines.slice(2, 4)).toEqual([`│ ${'x'.repeat(17)}`, `│ ${'x'.repeat(13)}`]);
});

test.each([
  [askRecord(), 'waiting 2m 3s'],
  [askRecord({ expires_at: '2026-11-20T12:02:13.000Z' }), 'waiting 2m 3s, expires in 10s'],
  [
    askRecord({ expires_at: '2026-11-20T12:02:13.000Z', on_timeout: 'use_default' }),
    'waiting 2m 3s, takes its default in 10s',
  ],
  [askRecord({ state: 'expired' }), 'expired'],
  [askRecord({ state: 'cancelled' }), 'cancelled'],
  [answeredAsk(true), 'answered via slack:C04'],
])('the facts of an ask %#', (ask, text) => {
  expect(facts(ask, nowMs)).toBe(text);
});

test('a default that was used is no answer of a person', () => {
  const ask = answeredAsk(true);
  const byDefault = { ...ask, ...(ask.answer && { answer: { ...ask.answer, timed_out: true } }) };
  expect(facts(byDefault, nowMs)).toBe('answered by its default at the timeout');
});
