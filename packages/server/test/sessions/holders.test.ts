import { expect, test } from 'vitest';
import { Holders } from '../../src/sessions/holders.ts';
import { aSession } from '../support/records.ts';

test('a session is held until the last client that named it has left', () => {
  const holders = new Holders();
  expect(holders.isHeld('ses_1')).toBe(false);
  holders.add('ses_1', 'a');
  holders.add('ses_1', 'a');
  holders.add('ses_1', 'b');
  holders.add('ses_2', 'a');
  holders.clientLeft('a');
  expect([holders.isHeld('ses_1'), holders.isHeld('ses_2')]).toEqual([true, false]);
  holders.clientLeft('b');
  expect(holders.isHeld('ses_1')).toBe(false);
});

test('a client that held nothing may leave', () => {
  const holders = new Holders();
  holders.clientLeft('stranger');
  expect(holders.isHeld('ses_1')).toBe(false);
});

test('a view says whether the session is held now, whatever the record says', () => {
  const holders = new Holders();
  expect(holders.view(aSession({ connected: true }))).toStrictEqual(aSession({ connected: false }));
  holders.add('ses_1', 'a');
  expect(holders.view(aSession({ connected: false }))).toStrictEqual(aSession({ connected: true }));
});
