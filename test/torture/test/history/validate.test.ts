import { expect, test } from 'vitest';
import type { Evidence } from '../../history/evidence.ts';
import { validate } from '../../history/validate.ts';
import { answerWith, askWith, evidenceWith, note, ok, operation, settled } from './records.ts';

const event = { event_type: 'status_update', message: 'm1' };
const sent = { session_id: 's', event };
const pending = askWith();
const answered = askWith({ state: 'answered', changed_seq: 2, answer: answerWith() });
const answer = { ask_id: 'a', value: true, answer_id: 'x' };
const look = { ask_id: 'a' };
const unfiltered = { reader: 'r', filter: {} };
const three = [note(1), note(2), note(3)];
const opening = operation([1, 2], 'ask.open', { session_id: 's', timeout_ms: 1_000 }, ok({ ask: pending }));
const opened = { v: 1 as const, seq: 1, at: '', type: 'ask.opened' as const, session_id: 's', payload: pending };
const openedLine = { event: opened, line: '' };

const emits = [1, 2, 3].map((at) =>
  operation([at, at], 'session.emit', { session_id: 's', event: { ...event, message: `m${at}` } }, { lost: true }),
);

const good: [string, Partial<Evidence>][] = [
  ['nothing', {}],
  [
    'an acknowledged event, one that was lost and made it, one that did not',
    {
      operations: [
        operation([1, 2], 'session.emit', sent, ok({ seq: 1 })),
        operation([3, 4], 'session.emit', { ...sent, event: { ...event, message: 'm2' } }, { lost: true }),
        operation([3, 4], 'session.emit', { ...sent, event: { ...event, message: 'm9' } }, { lost: true }),
      ],
      journal: [note(1), note(2)],
    },
  ],
  [
    'an ask with a winner that asked twice, a loser, and looks before and after',
    {
      operations: [
        operation([1, 2], 'ask.get', look, ok({ ask: pending })),
        operation([3, 6], 'ask.answer', answer, ok({ verdict: 'won', ask: answered })),
        operation([4, 7], 'ask.get', look, ok({ ask: pending })),
        operation([4, 7], 'ask.answer', { ...answer, answer_id: 'y' }, ok({ verdict: 'lost', ask: answered })),
        operation([8, 9], 'ask.answer', answer, ok({ verdict: 'won', ask: answered })),
      ],
      journal: [settled(1, answered)],
      asks: [answered],
    },
  ],
  [
    'a reader that was cut and resumed, and one with a filter',
    {
      operations: emits,
      journal: three,
      seen: new Map([[2, note(2).line]]),
      streams: [
        {
          ...unfiltered,
          stretches: [
            { after_seq: 0, seqs: [1, 2] },
            { after_seq: 2, seqs: [] },
            { after_seq: 2, seqs: [3] },
          ],
        },
        { reader: 'f', filter: { types: ['ask.settled'] }, stretches: [{ after_seq: 0, seqs: [] }] },
      ],
      reachedSeq: 3,
    },
  ],
];

test.for(good)('a good history is %s', ([, parts]) => {
  expect(validate(evidenceWith(parts))).toEqual([]);
});

const bad: [string, Partial<Evidence>, string[]][] = [
  ['a gap', { operations: emits, journal: [note(1), note(3)] }, ['sequence: 3 follows 1']],
  ['a seq twice', { operations: [...emits, ...emits], journal: [note(1), note(1)] }, ['sequence: 1 follows 1']],
  [
    'an acknowledged event that is gone',
    { operations: [operation([1, 2], 'session.emit', sent, ok({ seq: 1 }))] },
    ['acknowledged: c1: session.emit: 1 was acknowledged and is not in the journal'],
  ],
  [
    'an acknowledged event with other content',
    {
      operations: [
        operation([1, 2], 'session.emit', { ...sent, event: { ...event, message: 'other' } }, ok({ seq: 1 })),
        operation([3, 4], 'session.emit', sent, { lost: true }),
      ],
      journal: [note(1)],
    },
    ['acknowledged: c1: session.emit: 1 was acknowledged and has other content'],
  ],
  [
    'an acknowledged ask that is gone',
    { operations: [opening] },
    ['acknowledged: c1: ask.open: a was acknowledged and is not in the journal'],
  ],
  [
    'one event_id with two effects',
    {
      operations: [
        operation([1, 2], 'session.emit', { ...sent, event_id: 'e' }, ok({ seq: 1 })),
        operation([3, 4], 'session.emit', { ...sent, event_id: 'e' }, ok({ seq: 2 })),
      ],
      journal: [note(1, 'm1'), note(2, 'm1')],
    },
    [
      `effects: 2 times in the journal, sent 1 times: s ${JSON.stringify(event)}`,
      'effects: event_id e was given 1 and 2',
    ],
  ],
  [
    'an event nobody sent',
    { journal: [note(1)] },
    [`effects: 1 times in the journal, sent 0 times: s ${JSON.stringify(event)}`],
  ],
  [
    'two winners',
    {
      operations: [
        operation([1, 2], 'ask.answer', answer, ok({ verdict: 'won', ask: answered })),
        operation([1, 2], 'ask.answer', { ...answer, answer_id: 'y' }, ok({ verdict: 'won', ask: answered })),
      ],
      asks: [answered],
    },
    ['settlements: c1 was told won, and a is answered', 'settlements: a was won by x and by y'],
  ],
  [
    'two settlements',
    {
      operations: [operation([1, 2], 'ask.answer', answer, { lost: true })],
      journal: [settled(1, answered), settled(2, askWith({ state: 'expired', changed_seq: 2 }))],
    },
    ['settlements: journal 1 and journal 2 saw a settled differently', 'settlements: a was settled again at 2'],
  ],
  [
    'a settled ask that is pending on disk',
    { operations: [operation([1, 2], 'ask.get', look, ok({ ask: askWith({ state: 'expired' }) }))], asks: [pending] },
    ['settlements: c1 ask.get saw a settled, and it is pending on disk'],
  ],
  [
    'a cancelled ask that was answered',
    {
      operations: [
        operation([1, 2], 'ask.cancel', look, ok({})),
        operation([0, 2], 'ask.answer', answer, { lost: true }),
      ],
      asks: [answered],
    },
    ['settlements: c1 cancelled a, which is answered'],
  ],
  [
    'pending after it was settled',
    {
      operations: [
        operation([1, 2], 'ask.answer', answer, ok({ verdict: 'won', ask: answered })),
        operation([3, 4], 'ask.get', look, ok({ ask: pending })),
      ],
    },
    ['visibility: c3 ask.get saw a pending after somebody had seen it settled'],
  ],
  [
    'an answer seen before it was given',
    {
      operations: [
        operation([1, 2], 'ask.get', look, ok({ ask: answered })),
        operation([3, 4], 'ask.answer', answer, ok({ verdict: 'won', ask: answered })),
      ],
    },
    ['visibility: c1 ask.get saw the answer to a before it was given'],
  ],
  ['an answer nobody gave', { asks: [answered] }, ['visibility: row saw an answer to a that nobody gave']],
  [
    'another value than was given',
    { operations: [operation([1, 2], 'ask.answer', { ...answer, value: false }, { lost: true })], asks: [answered] },
    ['visibility: row saw another value than was given to a'],
  ],
  [
    'an ask that ran out early',
    {
      operations: [opening, operation([3, 4], 'ask.get', look, ok({ ask: askWith({ state: 'expired' }) }))],
      journal: [openedLine],
    },
    ['deadlines: c3 ask.get saw a run out before its time'],
  ],
  [
    'running out as approval',
    { asks: [askWith({ state: 'answered', answer: answerWith({ timed_out: true }) })] },
    ['deadlines: row saw a answered by running out'],
  ],
  [
    'an answer that won too late',
    {
      operations: [opening, operation([5_000, 5_001], 'ask.answer', answer, ok({ verdict: 'won', ask: answered }))],
      journal: [openedLine],
    },
    ['deadlines: c5000 won a after its time'],
  ],
  [
    'a reader that missed one',
    { operations: emits, journal: three, streams: [{ ...unfiltered, stretches: [{ after_seq: 0, seqs: [1, 3] }] }] },
    ['streams: r: 3 came where 2 was due'],
  ],
  [
    'a reader that got one twice after a cut',
    {
      operations: emits,
      journal: three,
      streams: [
        {
          ...unfiltered,
          stretches: [
            { after_seq: 0, seqs: [1, 2] },
            { after_seq: 2, seqs: [2, 3] },
          ],
        },
      ],
    },
    ['streams: r: 2 came after 2'],
  ],
  [
    'a reader that resumed elsewhere',
    {
      operations: emits,
      journal: three,
      streams: [
        {
          ...unfiltered,
          stretches: [
            { after_seq: 0, seqs: [1] },
            { after_seq: 2, seqs: [3] },
          ],
        },
      ],
    },
    ['streams: r: resumed after 2, having got 1'],
  ],
  [
    'a reader that never got the last',
    {
      operations: emits,
      journal: three,
      streams: [{ ...unfiltered, stretches: [{ after_seq: 0, seqs: [1, 2] }] }],
      reachedSeq: 3,
    },
    ['streams: r: 3 never came'],
  ],
  [
    'a filter that lets through what it should not',
    {
      operations: emits,
      journal: three,
      streams: [{ reader: 'f', filter: { types: ['ask.settled'] }, stretches: [{ after_seq: 0, seqs: [1] }] }],
    },
    ['streams: f: 1 came where undefined was due'],
  ],
  [
    'an event that was sent and never committed',
    { operations: emits, journal: [note(1)], seen: new Map([[2, note(2).line]]) },
    ['streams: 2 was sent and is lost'],
  ],
  [
    'an event that was sent and became another',
    { operations: emits, journal: [note(1)], seen: new Map([[1, note(1, 'm2').line]]) },
    ['streams: 1 was sent and is another in the journal'],
  ],
  [
    'two readers that saw different bytes',
    { differing: new Set([1]) },
    ['streams: 1 was not the same bytes for two readers'],
  ],
];

test.for(bad)('a bad history has %s', ([, parts, faults]) => {
  expect(validate(evidenceWith(parts))).toEqual(faults);
});

test('a rule that finds very much says how much more there is', () => {
  const journal = Array.from({ length: 30 }, (_none, at) => note(at * 2));
  const faults = validate(evidenceWith({ journal })).filter((fault) => fault.startsWith('sequence'));
  expect(faults).toHaveLength(21);
  expect(faults.at(-1)).toBe('sequence: and 9 more');
});
