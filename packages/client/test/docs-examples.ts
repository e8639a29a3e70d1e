/**
 * The examples of README.md and docs/sdk.md: `docs.test.ts` compares them with this file, and
 * `daemon/docs-examples.test.ts` runs them.
 */
import {
  ClientError,
  connectControl,
  connectRuntime,
  ProtocolError,
  type SessionChannel,
  type SessionHandle,
  sendIpcRequest,
} from '../src/index.ts';

/** What the examples showed and did. */
export const story: unknown[] = [];

function show(...values: unknown[]): void {
  story.push(values);
}

function deleteBranches(): Promise<void> {
  story.push('branches deleted');
  return Promise.resolve();
}

/** Ends the example that would go on for ever. */
function saveCursor(cursor: number | undefined): Promise<void> {
  story.push(typeof cursor);
  return story.includes('number') ? Promise.reject(new Error('enough')) : Promise.resolve();
}

export async function readme(dir: string): Promise<void> {
  await using runtime = await connectRuntime({ dir });
  const session = await runtime.openSession({ name: 'nightly refactor', key: 'refactor-2026-11-20' });
  await session.emit({ event_type: 'status_update', message: 'looking for stale branches' });
  const yes = await session.askApproval('Delete 41 stale branches?', { risk: 'destructive', timeoutMs: 600_000 });
  if (yes) await deleteBranches();
  await session.complete(yes ? 'deleted' : 'not approved');
}

export async function questions(session: SessionHandle): Promise<void> {
  const region = await session.askChoice('Where to?', ['eu', 'us', { label: 'Nowhere yet', value: 'none' }]);
  const ticket = await session.askInput('Which ticket is this for?', { timeoutMs: 60_000 });
  const token = await session.askInput('Paste a deploy token', { secret: true });
  show(region, ticket, token);
}

export async function wholeAsk(session: SessionHandle): Promise<void> {
  const ask = await session.ask({
    kind: 'review',
    message: 'Publish the release notes?',
    key: 'notes-1.4.2',
    context: [{ name: 'version', value: '1.4.2' }],
    timeout_ms: 3_600_000,
  });
  if (ask.state === 'answered') show(ask.answer?.value, ask.answer?.reason, ask.answer?.responder_name);
}

export async function askLater(session: SessionHandle): Promise<void> {
  const { ask } = await session.openAsk({ kind: 'approval', message: 'Rotate the keys?', key: 'rotate-keys' });
  // … other work …
  const settled = await session.waitForAsk(ask.ask_id, { timeoutMs: 30_000 });
  if (settled.state === 'pending') await session.cancelAsk(ask.ask_id, 'no longer needed');
}

export async function inputs(session: SessionHandle): Promise<void> {
  for await (const input of session.inputs()) {
    if (input.input_type === 'message') await session.log('agent', `I heard: ${input.text}`);
    if (input.input_type === 'abort') break;
  }
}

export function stopAfter(session: SessionHandle, signal: AbortSignal): Promise<boolean> {
  return session.askApproval('Deploy?', { signal });
}

export async function operator(dir: string): Promise<void> {
  await using control = await connectControl({ dir, channelId: 'bot:1' });
  for (const ask of await control.asks({ state: 'pending' })) {
    const { verdict } = await control.answer(ask.ask_id, false, {
      reason: 'frozen until Monday',
      responderName: 'Ada',
    });
    show(ask.message, verdict);
  }
}

export async function watching(dir: string): Promise<void> {
  await using control = await connectControl({ dir });
  const watch = control.watch({ types: ['ask.opened', 'ask.settled'], snapshot: true });
  const { asks } = await watch.snapshot;
  show('pending now:', asks.length);
  for await (const event of watch) {
    if (event.type === 'ask.opened') show('asked:', event.payload.message);
    if (event.type === 'ask.settled') show('settled:', event.payload.state);
    await saveCursor(watch.cursor);
  }
}

export async function failures(session: SessionHandle): Promise<void> {
  try {
    await session.resume();
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'forbidden') show('an operator paused this session');
    else if (error instanceof ClientError && error.mayHaveHappened) show('it may be resumed; look before you repeat');
    else throw error;
  }
}

export async function relay(channel: SessionChannel, post: (text: string) => Promise<void>): Promise<void> {
  await channel.emit({ event_type: 'waiting_for_input', prompt: 'What next?' });
  const input = await channel.receive(60_000);
  await post(
    input === null ? `${channel.channelId}: nobody said anything` : `${channel.channelId}: ${input.input_type}`,
  );
}

export async function oneShot(socketPath: string): Promise<void> {
  const reply = await sendIpcRequest(socketPath, { type: 'daemon.status' }, { timeoutMs: 2_000 });
  if (reply.ok) show(reply.payload);
  else show(reply.error.code);
}
