import { afterEach } from 'vitest';
import { type ConnectOptions, connectControl, connectRuntime } from '../../src/connect.ts';
import type { Control } from '../../src/control.ts';
import type { Runtime } from '../../src/runtime.ts';
import { FakeDaemon } from './fake-daemon.ts';

/** Reconnects quickly enough for a test. */
export const quick = { minMs: 1, maxMs: 5 };

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

export async function startDaemon(): Promise<FakeDaemon> {
  const daemon = await FakeDaemon.start();
  closers.push(() => daemon[Symbol.asyncDispose]());
  return daemon;
}

export async function openControl(daemon: FakeDaemon, options: ConnectOptions = {}): Promise<Control> {
  const control = await connectControl({ socketPath: daemon.path, reconnect: quick, ...options });
  closers.push(() => control.close());
  return control;
}

export async function openRuntime(daemon: FakeDaemon, options: ConnectOptions = {}): Promise<Runtime> {
  const runtime = await connectRuntime({ socketPath: daemon.path, reconnect: quick, ...options });
  closers.push(() => runtime.close());
  return runtime;
}
