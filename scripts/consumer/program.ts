// What a stranger writes after `npm install`: type-checked with every compiler we support, then run against a daemon.
import assert from 'node:assert/strict';
import { type ConnectOptions, connectControl, connectRuntime, type Control, type SessionHandle } from '@proj/client';
import { type Ask, methodTable, ProtocolError } from '@proj/protocol';
import askSchema from '@proj/protocol/schemas/ask.schema.json' with { type: 'json' };
import { AskSchema } from '@proj/protocol/validators';
import { createDaemon } from '@proj/server';

const [dir = ''] = process.argv.slice(2);
const options: ConnectOptions = { dir };

await using runtime = await connectRuntime(options);
await using control = await connectControl(options);
const session: SessionHandle = await runtime.openSession({ name: 'consumer' });
const asked = session.askApproval('Does the installed package work?');
const ask = await answerFirstAsk(control);

assert.equal(await asked, true);
assert.equal(AskSchema.safeParse(ask).success, true);
assert.equal(askSchema.$defs.Ask.title, 'Ask');
assert.ok(methodTable.some(({ type }) => type === 'ask.open'));
assert.equal(typeof createDaemon, 'function');
await assert.rejects(
  control.ask('no-such-ask'),
  (error) => error instanceof ProtocolError && error.code === 'not_found',
);
await session.complete();
console.log('the consumer is content');

async function answerFirstAsk(operator: Control): Promise<Ask> {
  for await (const event of operator.watch({ afterSeq: 0 })) {
    if (event.type !== 'ask.opened') continue;
    await operator.answer(event.payload.ask_id, true);
    return event.payload;
  }
  throw new Error('the watch ended without an ask');
}
