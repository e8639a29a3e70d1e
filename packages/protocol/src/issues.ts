import type { z } from 'zod';
import { fieldNames } from './generated/request-validators.gen.ts';
import type { Issue } from './generated/types.gen.ts';

const MOST = 16;
const fields = new Set<PropertyKey>(fieldNames);

/**
 * zod's findings in the words of the wire, 16 at most. zod's own messages and paths hold input (unknown keys, keys of
 * records), which an error never echoes: a step that is no field of the schemas reads `*`.
 */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.slice(0, MOST).map((issue) => ({ path: pointer(issue.path), message: messageOf(issue) }));
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${typeof step === 'number' || fields.has(step) ? String(step) : '*'}`).join('');
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'has an unknown field';
    case 'invalid_type':
      return `must be ${jsonNames[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return `must match ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return 'must have one of the shapes allowed here';
    default:
      return 'is missing or does not fit';
  }
}

// Where zod's word is not JSON's.
const jsonNames: Readonly<Record<string, string>> = { int: 'an integer', record: 'object' };

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}
