import { errorCodes } from '@proj/protocol';
import { expect, test } from 'vitest';
import { codeIn, readSchema, readTables } from './read-tables.ts';

interface ErrorSchema {
  $defs: {
    ErrorCode: { oneOf: { const: string; description: string }[] };
    ErrorDetails: { properties: Record<string, unknown> };
  };
}

const { $defs } = readSchema<ErrorSchema>('error.schema.json');
const rows = readTables('errors.md').slice(1);

test('the page has every code, and no other', () => {
  const codes = $defs.ErrorCode.oneOf.map((code) => code.const);
  expect(rows.map(([code]) => code)).toEqual(codes.map((code) => `\`${code}\``));
  expect(Object.keys(errorCodes)).toEqual(codes);
});

test('the page and the schema agree on which codes close the connection', () => {
  const closing = rows.filter(([, , , closes]) => closes === 'yes').flatMap(([code]) => codeIn(code));
  const described = $defs.ErrorCode.oneOf.filter(({ description }) => description.includes('The connection closes.'));
  expect(closing).toEqual(described.map((code) => code.const));
});

test('the page names the details of the schema, and no other', () => {
  const named = rows.flatMap(([, , details = '']) => codeIn(details.replace(/:.*/, '')));
  expect([...new Set(named)].toSorted()).toEqual(Object.keys($defs.ErrorDetails.properties).toSorted());
});
