export interface SyncOrder {
  /** Replies that were written to a client. */
  replies: number;
  /** Replies that left while the write-ahead log held what was not synced, as their lines in the trace. */
  early: string[];
  syncs: number;
}

const LOG = 'journal.db-wal>';
const writes = /^(?:pwrite64|write|pwritev|writev)\(/;
const syncs = /^f(?:data)?sync\(/;
const sends = /^(?:write|writev|sendto|sendmsg)\(\d+<(?:socket|UNIX)/;
const reply = String.raw`\"ok\":true`;

/**
 * Reads a trace of strace (`-f -y`): what was written to the log must be synced before a reply leaves. A sync counts
 * when it has returned without an error.
 */
export function readSyncOrder(trace: Iterable<string>): SyncOrder {
  const order: SyncOrder = { replies: 0, early: [], syncs: 0 };
  let isDirty = false;
  for (const call of completedCalls(trace)) {
    if (writes.test(call) && call.includes(LOG)) isDirty = true;
    if (syncs.test(call) && call.includes(LOG) && call.endsWith('= 0')) {
      isDirty = false;
      order.syncs += 1;
    }
    if (!sends.test(call) || !call.includes(reply)) continue;
    order.replies += 1;
    if (isDirty) order.early.push(call);
  }
  return order;
}

/** The calls in the order they ended, those that strace split because of another thread joined again. */
function* completedCalls(trace: Iterable<string>): Generator<string> {
  const begun = new Map<string, string>();
  for (const line of trace) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    if (text.endsWith('<unfinished ...>')) begun.set(thread, text.slice(0, -'<unfinished ...>'.length));
    else if (resumed === null) yield text;
    else yield (begun.get(thread) ?? '') + (resumed[1] ?? '');
  }
}
