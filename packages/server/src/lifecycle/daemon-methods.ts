import type { DaemonReloadReply, DaemonStatus, RequestOf } from '@proj/protocol';
import { type Append, byOf, type Caller, type MethodsOf } from '../method.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface DaemonDeps {
  lifecycle: Lifecycle;
  append: Append;
  status: () => DaemonStatus;
  /** @throws ProtocolError `not_configured` for a file that is not valid; the old settings stay. */
  reload: () => DaemonReloadReply;
  stop: () => void;
}

export type DaemonMethods = MethodsOf<
  'control',
  'daemon.status' | 'daemon.pause' | 'daemon.resume' | 'daemon.reload' | 'daemon.stop'
>;

export function daemonMethods(deps: DaemonDeps): DaemonMethods {
  return {
    'daemon.status': () => deps.status(),
    'daemon.pause': (payload, caller) => setPaused(deps, true, payload, caller),
    'daemon.resume': (payload, caller) => setPaused(deps, false, payload, caller),
    'daemon.reload': (_payload, caller) => reload(deps, caller),
    'daemon.stop': () => {
      deps.stop();
      return {};
    },
  };
}

/** Pausing what is paused changes nothing and is no event. */
function setPaused(
  deps: DaemonDeps,
  paused: boolean,
  { reason }: RequestOf<'control', 'daemon.pause'>,
  caller: Caller,
) {
  if (deps.lifecycle.isPaused !== paused) {
    const payload = {
      change: paused ? ('paused' as const) : ('resumed' as const),
      state: paused ? ('paused' as const) : ('monitoring' as const),
      ...(reason !== undefined && { reason }),
    };
    deps.append({ type: 'daemon.changed', by: byOf(caller), payload: () => payload });
  }
  return deps.status();
}

function reload(deps: DaemonDeps, caller: Caller): DaemonReloadReply {
  const reply = deps.reload();
  const { changed } = reply;
  if (changed.length > 0) {
    const payload = { change: 'reloaded' as const, state: deps.lifecycle.state, changed };
    deps.append({ type: 'daemon.changed', by: byOf(caller), payload: () => payload });
  }
  return reply;
}
