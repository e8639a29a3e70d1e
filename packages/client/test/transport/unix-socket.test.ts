import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { unixSocket } from '../../src/transport/unix-socket.ts';
import { startDaemon } from '../support/cleanup.ts';

const nothing = { onBytes: () => {}, onDrain: () => {}, onClose: () => {} };
const never = new AbortController().signal;

describe('sending', () => {
  test('the lines of one turn leave as one write', async () => {
    const daemon = await startDaemon();
    const transport = await unixSocket(daemon.path)(nothing, never);
    await daemon.until(() => daemon.peers.length === 1);
    const write = vi.spyOn(Socket.prototype, 'write');
    const lines = Array.from({ length: 50 }, (_, i) => `{"v":1,"id":"${i}","type":"x","payload":{}}\n`);
    for (const line of lines) transport.write(line);
    await daemon.until(() => daemon.requests.length === 50);
    expect(write.mock.calls).toEqual([[lines.join(''), 'latin1']]);
    write.mockRestore();
    transport.close();
  });

  test('says when it is full and when there is room again', async () => {
    const daemon = await startDaemon();
    let drained = (): void => {};
    const drain = new Promise<void>((resolve) => {
      drained = resolve;
    });
    const transport = await unixSocket(daemon.path)({ ...nothing, onDrain: () => drained() }, never);
    await daemon.until(() => daemon.peers.length === 1);
    daemon.peers[0]?.socket.pause();
    const line = `{"v":1,"id":"x","type":"x","payload":{"content":"${'x'.repeat(200_000)}"}}\n`;
    let written = 1;
    while (transport.write(line)) written += 1;
    daemon.peers[0]?.socket.resume();
    await drain;
    expect(transport.write('{"v":1,"id":"y","type":"y","payload":{}}\n')).toBe(true);
    await daemon.until(() => daemon.requests.length === written + 1);
    transport.close();
  });

  test('closing tells the listener, once', async () => {
    const daemon = await startDaemon();
    let closed = 0;
    const transport = await unixSocket(daemon.path)(
      {
        ...nothing,
        onClose: () => {
          closed += 1;
        },
      },
      never,
    );
    transport.close();
    transport.close();
    await daemon.until(() => daemon.peers.length === 1 && daemon.connections === 0);
    expect(closed).toBe(1);
  });
});

describe('connecting', () => {
  test('is refused by a file that is no socket', async () => {
    await expect(unixSocket(import.meta.filename)(nothing, never)).rejects.toMatchObject({ code: 'not_running' });
  });

  test('ends when the signal aborts, before and during', async () => {
    await expect(unixSocket('/x.sock')(nothing, AbortSignal.abort('no'))).rejects.toMatchObject({
      code: 'aborted',
      cause: 'no',
    });
  });
});

// macOS refuses where Linux says EAGAIN, so there is nothing to tell a full backlog by.
describe.runIf(process.platform === 'linux')('a daemon that is too busy to accept', () => {
  let dir = '';
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'proj-busy-'));
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(dir, { recursive: true });
  });

  test('is tried again until it accepts, or the signal aborts', async () => {
    const path = join(dir, 'd.sock');
    const script = `require('node:net').createServer((s) => s.resume()).listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => console.log('up'))`;
    child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const others = await fill(path);
    const abort = new AbortController();
    const aborted = unixSocket(path)(nothing, abort.signal);
    const patient = unixSocket(path)(nothing, never);
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    child.kill('SIGCONT');
    (await patient).close();
    for (const socket of others) socket.destroy();
  });

  /** Connects until the backlog is full. */
  async function fill(path: string): Promise<ReturnType<typeof connect>[]> {
    const sockets: ReturnType<typeof connect>[] = [];
    for (;;) {
      const socket = connect(path);
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error').then(() => 'full'),
      ]).catch(() => 'full');
      if (outcome === 'full') return sockets;
      sockets.push(socket);
    }
  }
});
