import { expect, test } from 'vitest';
import { Inbox } from '../../../src/commands/control/inbox.ts';
import { askRecord } from '../../ask-record.ts';

const plain = askRecord({ ask_id: 'plain', changed_seq: 1 });
const old = askRecord({ ask_id: 'old', changed_seq: 2, risk: 'destructive' });
const young = askRecord({ ask_id: 'young', changed_seq: 3, risk: 'destructive' });
const harmless = askRecord({ ask_id: 'harmless', changed_seq: 0, risk: 'read' });

test('the riskiest comes first, then the oldest', async () => {
  const inbox = new Inbox();
  for (const ask of [plain, young, harmless, old]) inbox.add(ask);
  const order = [await inbox.take(), await inbox.take(), await inbox.take(), await inbox.take()];
  expect(order.map((ask) => ask?.ask_id)).toEqual(['old', 'young', 'harmless', 'plain']);
});

test('it waits for an ask, and ends when it is closed', async () => {
  const inbox = new Inbox();
  const next = inbox.take();
  inbox.add(plain);
  expect(await next).toEqual(plain);
  const none = inbox.take();
  inbox.close();
  expect(await none).toBe(undefined);
  inbox.add(old);
  expect(await inbox.take()).toBe(undefined);
});

test('what settled elsewhere is not taken, and is withdrawn when it is in front', async () => {
  const inbox = new Inbox();
  inbox.add(plain);
  inbox.add(old);
  inbox.settle(plain);
  const front = await inbox.take();
  expect(front).toEqual(old);
  const settled = askRecord({ ...old, state: 'cancelled' });
  const seen = await inbox.inFront(
    old,
    () => seenSettled.push(settled.ask_id),
    async () => {
      inbox.settle(young);
      inbox.settle(settled);
      return 'done';
    },
  );
  expect([seen, seenSettled]).toEqual(['done', ['old']]);
  inbox.settle(settled);
  expect(seenSettled).toEqual(['old']);
});

const seenSettled: string[] = [];
