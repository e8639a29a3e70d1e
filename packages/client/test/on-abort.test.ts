import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { onAbort } from '../src/on-abort.ts';

test('all are run once, behind one listener', () => {
  const abort = new AbortController();
  const runs: string[] = [];
  const run = (): void => void runs.push('same');
  onAbort(abort.signal, run);
  onAbort(abort.signal, run);
  const stop = onAbort(abort.signal, () => runs.push('never'));
  onAbort(abort.signal, () => runs.push('last'));
  expect(getEventListeners(abort.signal, 'abort').length).toBe(1);
  stop();
  stop();
  abort.abort();
  expect(runs).toEqual(['same', 'same', 'last']);
});

test('the last one to go takes the listener along; the next brings it back', () => {
  const abort = new AbortController();
  const stops = [onAbort(abort.signal, () => {}), onAbort(abort.signal, () => {})];
  for (const stop of stops) stop();
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  let ran = false;
  onAbort(abort.signal, () => {
    ran = true;
  });
  abort.abort();
  expect(ran).toBe(true);
});

test('one aborted before runs it at once; none at all never does', () => {
  let runs = 0;
  const run = (): void => {
    runs += 1;
  };
  onAbort(AbortSignal.abort(), run)();
  onAbort(undefined, run)();
  expect(runs).toBe(1);
});
