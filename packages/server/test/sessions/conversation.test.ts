import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { Conversation } from '../../src/sessions/conversation.ts';
import { LATER } from '../support/records.ts';
import { tempDirectory } from '../support/temp-directory.ts';

const head = { v: 1 as const, at: LATER, session_id: 'ses_1' };

test('messages are read on from a place, a page at a time, of their own session', () => {
  const conversation = openConversation();
  const message = (seq: number) => ({ seq, sender: 'agent', content: `c${seq}`, at: LATER });
  for (const seq of [1, 2, 3]) conversation.apply({ ...head, seq, type: 'session.logged', payload: message(seq) });
  conversation.apply({ ...head, seq: 4, session_id: 'ses_2', type: 'session.logged', payload: message(4) });
  expect(conversation.messages('ses_1', 0, 2)).toEqual([message(1), message(2)]);
  expect(conversation.messages('ses_1', 2, 2)).toEqual([message(3)]);
  expect(conversation.messages('ses_none', 0, 2)).toEqual([]);
});

test('inputs come one after the other, without their id, and are found by it', () => {
  const conversation = openConversation();
  const input = { input_type: 'message' as const, text: 'go on' };
  conversation.apply({ ...head, seq: 1, type: 'session.input', payload: { ...input, input_id: 'i' } });
  conversation.apply({ ...head, seq: 3, type: 'session.input', payload: { input_type: 'abort' } });
  expect(conversation.nextInput('ses_1', 0)).toStrictEqual({ input, seq: 1 });
  expect(conversation.nextInput('ses_1', 1)).toStrictEqual({ input: { input_type: 'abort' }, seq: 3 });
  expect(conversation.nextInput('ses_1', 3)).toBeUndefined();
  expect(conversation.findInput('ses_1', 'i')).toStrictEqual({ input, seq: 1 });
  expect(conversation.findInput('ses_2', 'i')).toBeUndefined();
});

function openConversation(): Conversation {
  const journal = openSqliteJournal(join(tempDirectory(), 'journal.db'), 'normal');
  onTestFinished(() => journal.close());
  return new Conversation(journal);
}
