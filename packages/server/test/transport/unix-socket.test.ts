import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Listener } from '../../src/transport/transport.ts';
import { listenUnixSocket } from '../../src/transport/unix-socket.ts';
import { tempDirectory } from '../support/temp-directory.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a socket that was removed is made anew, for its owner alone; who came in before stays', async () => {
  const { path, listener, errors } = await openDoor();
  const before = await connected(path);
  rmSync(path);
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => lstatSync(path));
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  expect([await echo(before, 'old'), await echo(await connected(path), 'new')]).toEqual(['old', 'new']);
  expect(errors).toEqual([]);
  await listener.close();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('what another program puts there is left alone and reported once, also at the end', async () => {
  const { path, listener, errors } = await openDoor();
  rmSync(path);
  writeFileSync(path, 'theirs');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(errors).toEqual([`${path} was replaced by another program`]);
  await listener.close();
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});

test('a directory that is gone is reported once', async () => {
  const { path, errors } = await openDoor();
  rmSync(join(path, '..'), { recursive: true });
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(errors).toHaveLength(1));
});

async function openDoor(): Promise<{ path: string; listener: Listener; errors: string[] }> {
  const path = join(tempDirectory(), 'runtime.sock');
  const errors: string[] = [];
  const listener = await listenUnixSocket({
    path,
    onConnection: (stream) => stream.pipe(stream),
    onError: ({ message }) => errors.push(message),
  });
  onTestFinished(() => listener.close());
  return { path, listener, errors };
}

async function connected(path: string): Promise<Socket> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}
