import { expect, test } from 'vitest';
import { assuranceAgainst } from '../src/assurance.ts';

const own = process.geteuid?.() ?? 0;

test.each([
  ['guardrail', { uid: own + 1 }, 'guardrail'],
  ['two_uid', { uid: own + 1 }, 'two_uid'],
  ['two_uid', { uid: own }, 'guardrail'],
  ['two_uid', { uid: 0 }, 'guardrail'],
  ['two_uid', {}, 'guardrail'],
  ['two_uid', undefined, 'guardrail'],
] as const)('%s against %j is worth %s', (inForce, program, level) => {
  expect(assuranceAgainst(inForce, program)).toBe(level);
});
