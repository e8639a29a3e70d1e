import { expect, test } from 'vitest';
import { openRuntime, startDaemon } from './support/cleanup.ts';
import { type FakeDaemon, Refusal } from './support/fake-daemon.ts';

/** Cuts the connection and gives the sessions that are named on the next one. */
async function namedAfterCut(daemon: FakeDaemon, ping: () => Promise<unknown>): Promise<unknown[]> {
  const before = daemon.seen('session.get').length;
  daemon.cutAll();
  await ping();
  return daemon
    .seen('session.get')
    .slice(before)
    .map(({ payload }) => payload['session_id']);
}

test('sessions that were opened and not ended are named again on a new connection', async () => {
  const daemon = await startDaemon();
  daemon.on('session.open', ({ payload }) => ({
    session: { session_id: payload['name'], state: 'active' },
    created: true,
  }));
  daemon.on('session.transition', ({ payload }) => ({ session: { ...payload } }));
  daemon.on('session.get', ({ payload }) => {
    if (payload['session_id'] === 'gone') return new Refusal('not_found');
    return { session: { ...payload, state: payload['session_id'] === 'aborted' ? 'aborted' : 'active' } };
  });
  const runtime = await openRuntime(daemon);
  const [, , , done] = await Promise.all(
    ['kept', 'gone', 'aborted', 'done'].map((name) => runtime.openSession({ name })),
  );
  await done?.complete();
  expect(await namedAfterCut(daemon, () => runtime.ping())).toEqual(['kept', 'gone', 'aborted']);
  expect(await namedAfterCut(daemon, () => runtime.ping())).toEqual(['kept']);
});
