import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createPeerReader } from '../../src/transport/peer-credentials.ts';
import { ownPeer } from '../support/own-peer.ts';
import { tempDirectory } from '../support/temp-directory.ts';

test('the peer of a connection is the process at its other end', async () => {
  expect(createPeerReader()(await accepted())).toStrictEqual(ownPeer);
});

test('nobody is known behind a connection that has gone, or that is no socket', async () => {
  const socket = await accepted();
  socket.destroy();
  await once(socket, 'close');
  const peerOf = createPeerReader();
  expect([peerOf(socket), peerOf(new PassThrough())]).toStrictEqual([undefined, undefined]);
});

test('where there is no binding nobody is known, and nothing fails', async () => {
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 'pdp11' });
  onTestFinished(() => {
    Object.defineProperty(process, 'arch', { value: arch });
  });
  expect(createPeerReader()(await accepted())).toBeUndefined();
});

/** The daemon's end of a connection that this process has opened. */
async function accepted(): Promise<Socket> {
  const path = join(tempDirectory(), 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const client = connect(path);
  const [socket]: Socket[] = await once(server, 'connection');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  if (socket === undefined) throw new Error('nobody connected');
  return socket;
}
