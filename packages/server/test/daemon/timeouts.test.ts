import { expect, test } from 'vitest';
import { startDaemon, startWithSession } from './start-daemon.ts';

const config = { limits: { first_line_timeout_ms: 100, line_timeout_ms: 100 } };

test('a client that says nothing gets a timeout as its last line', async () => {
  const daemon = await startDaemon({ config });
  const client = await daemon.connect('runtime');
  const started = performance.now();
  const error = { code: 'timeout', message: expect.stringContaining('100'), details: { limit: 100 } };
  expect(JSON.parse(await client.next())).toEqual({ v: 1, id: null, ok: false, error });
  expect(performance.now() - started).toBeGreaterThan(95);
  await client.closed;
});

test('blank lines and half a line are no first line', async () => {
  const daemon = await startDaemon({ config });
  const [blank, half] = [await daemon.connect('control'), await daemon.connect('control')];
  blank.write('\n\r\n  \n');
  half.write('{"v":1,');
  for (const client of [blank, half]) {
    expect((await client.reply(null))['error'].code).toBe('timeout');
    await client.closed;
  }
});

test('a dribbler is closed, though each byte comes in time; what came before is answered', async () => {
  const daemon = await startDaemon({ config });
  const client = await daemon.connect('runtime');
  await client.request('ping');
  const dribble = setInterval(() => client.write('x'), 10);
  try {
    expect((await client.reply(null))['error']).toMatchObject({ code: 'timeout', details: { limit: 100 } });
    await client.closed;
  } finally {
    clearInterval(dribble);
  }
});

test('a client that has spoken may be silent: it outlives one that has not', async () => {
  const { daemon, runtime, control, sessionId } = await startWithSession({ config });
  await control.request('ping');
  const waiting = runtime.request('session.receive', { session_id: sessionId });
  for (let i = 0; i < 3; i++) await (await daemon.connect('runtime')).closed;
  await control.request('session.input', { session_id: sessionId, input: { input_type: 'abort' } });
  expect((await waiting).input).toEqual({ input_type: 'abort' });
});

test('the clock stands while the daemon is not reading', async () => {
  const daemon = await startDaemon({ config: { limits: { ...config.limits, lines_per_second: 10 } } });
  const client = await daemon.connect('runtime');
  // A line a tenth of a second: the last one lies there for longer than a line may take.
  const lines = Array.from({ length: 6 }, (_, i) => `{"v":1,"id":"${i}","type":"ping"}\n`).join('');
  client.write(`${lines}{"v":1,"id":"cut",`);
  for (let i = 0; i < 6; i++) expect((await client.reply(`${i}`))['ok']).toBe(true);
  client.write('"type":"ping"}\n');
  expect((await client.reply('cut'))['ok']).toBe(true);
});
