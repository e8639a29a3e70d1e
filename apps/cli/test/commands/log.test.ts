import { expect, test } from 'vitest';
import { type ServedHome, servedHome } from '../proj.ts';

async function openSession(home: ServedHome): Promise<string> {
  const { stdout } = await home.run(['ipc', 'send', 'session.open', '{"name":"agent"}']);
  return JSON.parse(stdout).payload.session.session_id;
}

function emit(home: ServedHome, id: string, event: object): Promise<unknown> {
  return home.run(['ipc', 'send', 'session.emit', JSON.stringify({ session_id: id, event })]);
}

test('A-6: the log tells a session from its opening to its end, and nothing of others', async () => {
  const home = await servedHome();
  const id = await openSession(home);
  await openSession(home);
  await emit(home, id, { event_type: 'status_update', message: 'planning\x1b[1m' });
  await emit(home, id, { event_type: 'agent_output', stream: 'stdout', content: 'one\n│ two\n' });
  await home.run(['sessions', 'abort', id, '--reason', 'over']);
  const { code, stdout } = await home.run(['log', id.slice(0, 12)]);
  const short = id.slice(0, 12);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\d\d:\d\d:\d\d/g, 'T').split('\n')).toEqual([
    `T ${short} opened │ agent`,
    `T ${short} status │ planning\\x1b[1m`,
    `T ${short} stdout`,
    '  │ one',
    '  │ │ two',
    `T ${short} is aborted │ over`,
    '',
  ]);
  const types = (await home.run(['log', id, '--json'])).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types).toEqual(['session.opened', 'session.event', 'session.event', 'session.changed']);
});

test('--follow goes on', async () => {
  const home = await servedHome();
  const id = await openSession(home);
  const log = home.start(['log', id, '--follow']);
  await log.says(/opened │ agent/);
  await emit(home, id, { event_type: 'status_update', message: 'later' });
  await log.says(/status │ later/);
});
