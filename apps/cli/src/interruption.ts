const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a job with a signal that aborts at the first Ctrl-C, SIGTERM or SIGHUP, so that the job can end in good order.
 * A second one ends the process at once. `interrupt` is a Ctrl-C that a prompt got as a key.
 */
export async function interruptible<T>(job: (signal: AbortSignal, interrupt: () => void) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await job(controller.signal, interrupt);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

/** Runs a job that ends by an error when its signal aborts: that end is a good one. */
export async function endsWith(signal: AbortSignal, job: () => Promise<void>): Promise<void> {
  try {
    await job();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
