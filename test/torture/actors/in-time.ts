import { setTimeout as delay } from 'node:timers/promises';

const REPLY_MS = 10_000;

/** What was waited for. @throws Error naming it when it took more than 10 s. */
export async function inTime<T>(reply: Promise<T>, type: string): Promise<T> {
  const interrupt = new AbortController();
  const late = delay(REPLY_MS, undefined, { signal: interrupt.signal, ref: false }).then(() => {
    throw new Error(`${type} got no reply in ${REPLY_MS} ms`);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    interrupt.abort();
  }
}
