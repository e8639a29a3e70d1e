import { readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Peer } from '@proj/protocol';
import type { ByteStream } from './transport.ts';

/** Says whose process is at the other end of a connection; undefined where that cannot be known. */
export type PeerReader = (stream: ByteStream) => Peer | undefined;

type GetSockOpt = (...given: [fd: number, level: number, name: number, value: Buffer, length: Buffer]) => number;

interface ForeignFunctions {
  load(path: null): { func(signature: string): GetSockOpt };
}

const GET_SOCK_OPT = 'int getsockopt(int fd, int level, int name, void *value, void *length)';

/**
 * Node does not tell who connected, the C library does. The binding is prebuilt and optional: without it, and on other
 * systems, nobody is known.
 */
export function createPeerReader(): PeerReader {
  const bind = bindings[`${process.platform}-${process.arch}`];
  const read = readers[process.platform];
  if (bind === undefined || read === undefined) return () => undefined;
  try {
    const getSockOpt = bind().load(null).func(GET_SOCK_OPT);
    return (stream) => readPeer(stream, (fd) => read(getSockOpt, fd));
  } catch {
    return () => undefined;
  }
}

const require = createRequire(import.meta.url);

// The platforms' own packages hold nothing but the binary. The package that chooses among them has an install script.
const bindings: Readonly<Record<string, () => ForeignFunctions>> = {
  'darwin-arm64': () => require('@koromix/koffi-darwin-arm64'),
  'darwin-x64': () => require('@koromix/koffi-darwin-x64'),
  'linux-arm64': () => require('@koromix/koffi-linux-arm64'),
  'linux-x64': () => require('@koromix/koffi-linux-x64'),
};

const readers: Readonly<Partial<Record<NodeJS.Platform, (getSockOpt: GetSockOpt, fd: number) => Peer | undefined>>> = {
  linux: readOnLinux,
  darwin: readOnMac,
};

function readPeer(stream: ByteStream, read: (fd: number) => Peer | undefined): Peer | undefined {
  const handle: unknown = Reflect.get(stream, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' && fd >= 0 ? read(fd) : undefined;
}

// SOL_SOCKET, SO_PEERCRED: struct ucred { pid, uid, gid }, as they were when the client connected.
function readOnLinux(getSockOpt: GetSockOpt, fd: number): Peer | undefined {
  const found = option(getSockOpt, fd, { level: 1, name: 17, bytes: 12 });
  if (found === undefined) return undefined;
  const pid = found.readInt32LE(0);
  const executable = executableOf(pid);
  return { uid: found.readUInt32LE(4), pid, ...(executable !== undefined && { executable }) };
}

// SOL_LOCAL, LOCAL_PEERCRED: struct xucred { version, uid, … }; LOCAL_PEERPID.
function readOnMac(getSockOpt: GetSockOpt, fd: number): Peer | undefined {
  const uid = option(getSockOpt, fd, { level: 0, name: 1, bytes: 76 })?.readUInt32LE(4);
  const pid = option(getSockOpt, fd, { level: 0, name: 2, bytes: 4 })?.readInt32LE(0);
  if (uid === undefined) return undefined;
  return { uid, ...(pid !== undefined && { pid }) };
}

interface Option {
  level: number;
  name: number;
  bytes: number;
}

function option(getSockOpt: GetSockOpt, fd: number, { level, name, bytes }: Option): Buffer | undefined {
  const value = Buffer.alloc(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes);
  return getSockOpt(fd, level, name, value, length) === 0 ? value : undefined;
}

function executableOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
