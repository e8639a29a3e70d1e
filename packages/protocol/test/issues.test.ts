import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { Issue } from '../src/index.ts';
import { issuesOf, requestValidators } from '../src/validators.ts';

const { runtime, control } = requestValidators;
const ask = { session_id: 's', kind: 'input', message: 'm' };

test.each<[string, z.ZodType, unknown, Issue]>([
  ['an unknown field', runtime.ping, { canary: 1 }, { path: '', message: 'has an unknown field' }],
  ['a missing field', runtime['session.get'], {}, { path: '/session_id', message: 'must be string' }],
  [
    'a missing field of any type',
    control['ask.answer'],
    { ask_id: 'a' },
    { path: '/value', message: 'is missing or does not fit' },
  ],
  ['no map', runtime['session.open'], { name: 'n', metadata: [1] }, { path: '/metadata', message: 'must be object' }],
  ['another type', runtime.ping, [], { path: '', message: 'must be object' }],
  [
    'a pattern',
    runtime['ask.get'],
    { ask_id: 'canary 1' },
    { path: '/ask_id', message: 'must match /^[A-Za-z0-9_.:-]{1,128}$/u' },
  ],
  ['no integer', control['session.list'], { limit: 1.5 }, { path: '/limit', message: 'must be an integer' }],
  ['too small', control['session.list'], { limit: 0 }, { path: '/limit', message: 'must be at least 1' }],
  ['too big', control['session.list'], { limit: 501 }, { path: '/limit', message: 'must be at most 500' }],
  ['too short', runtime['session.open'], { name: '' }, { path: '/name', message: 'must be at least 1 characters' }],
  [
    'too long',
    runtime['session.open'],
    { name: 'canary'.repeat(50) },
    { path: '/name', message: 'must be at most 256 characters' },
  ],
  ['too few', runtime.hello, { versions: [] }, { path: '/versions', message: 'must be at least 1 items' }],
  ['in a list', runtime.hello, { versions: [1, 'canary'] }, { path: '/versions/1', message: 'must be number' }],
  [
    'no such word',
    control['ask.list'],
    { state: 'canary' },
    { path: '/state', message: 'must be "pending" or "answered" or "expired" or "cancelled"' },
  ],
  [
    'no such tag',
    runtime['ask.open'],
    { ...ask, schema: { type: 'canary' } },
    { path: '/schema/type', message: 'must have one of the shapes allowed here' },
  ],
])('%s', (_, validator, payload, issue) => {
  expect(issues(validator, payload)).toEqual([issue]);
});

test('a name the sender chose does not stand in the path', () => {
  const properties = { canary: { type: 'canary' }, __canary: { type: 'string', canary: 1 } };
  expect(issues(runtime['ask.open'], { ...ask, schema: { type: 'object', properties } })).toEqual([
    { path: '/schema/properties/*/type', message: 'must have one of the shapes allowed here' },
    { path: '/schema/properties/*', message: 'has an unknown field' },
  ]);
});

test('16 faults at most are told', () => {
  const options = Array.from({ length: 40 }, () => ({ label: 'canary' }));
  const told = issues(runtime['ask.open'], { ...ask, options });
  expect(told).toEqual(
    Array.from({ length: 16 }, (_, i) => ({
      path: `/options/${i}/value`,
      message: 'must have one of the shapes allowed here',
    })),
  );
});

function issues(validator: z.ZodType, payload: unknown): Issue[] {
  const { error } = validator.safeParse(payload);
  if (error === undefined) throw new Error('expected a payload that does not fit');
  const told = issuesOf(error);
  expect(JSON.stringify(told)).not.toContain('canary');
  return told;
}
