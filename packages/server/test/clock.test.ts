import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import { createSystemClock, timestamp } from '../src/clock.ts';

const os = vi.hoisted(() => ({ uptimeSeconds: undefined as number | undefined }));
vi.mock('node:os', async (original) => {
  const real = await original<typeof import('node:os')>();
  return { ...real, uptime: () => os.uptimeSeconds ?? real.uptime() };
});

afterEach(() => {
  os.uptimeSeconds = undefined;
  vi.restoreAllMocks();
});

test('the wall time is that of the system', () => {
  const before = Date.now();
  const now = createSystemClock().now();
  expect(now >= before && now <= Date.now()).toBe(true);
});

test('elapsed time is the uptime of the machine, so two daemons of one boot can compare', () => {
  const apart = createSystemClock().elapsed() - uptime() * 1000;
  expect(Math.abs(apart)).toBeLessThan(1_000);
});

test('within steps of 50 ms elapsed time follows the fine clock', () => {
  const { clock, move } = start();
  move({ fineMs: 3, coarseMs: 0 });
  expect(clock.elapsed()).toBeCloseTo(10_003, 6);
  move({ fineMs: 40, coarseMs: 40 });
  expect(clock.elapsed()).toBeCloseTo(10_043, 6);
});

test('a suspend counts: the fine clock stood still, the uptime did not', () => {
  const { clock, move } = start();
  move({ fineMs: 0, coarseMs: 3_600_000 });
  expect(clock.elapsed()).toBeCloseTo(3_610_000, 6);
  move({ fineMs: 5, coarseMs: 0 });
  expect(clock.elapsed()).toBeCloseTo(3_610_005, 6);
});

test('the boot is the one the system names', () => {
  const { bootId } = createSystemClock();
  expect(bootId).toBe(bootIdOfSystem() ?? bootId);
  expect(createSystemClock().bootId).toBe(bootId);
});

test('a timestamp is UTC with milliseconds', () => {
  expect([timestamp(0), timestamp(1_795_176_000_001)]).toEqual([
    '1970-01-01T00:00:00.000Z',
    '2026-11-20T12:00:00.001Z',
  ]);
});

function start() {
  let fine = 0;
  let coarse = 10_000;
  const move = ({ fineMs, coarseMs }: { fineMs: number; coarseMs: number }): void => {
    fine += fineMs;
    coarse += coarseMs;
    os.uptimeSeconds = coarse / 1000;
  };
  move({ fineMs: 0, coarseMs: 0 });
  vi.spyOn(performance, 'now').mockImplementation(() => fine);
  return { clock: createSystemClock(), move };
}

function bootIdOfSystem(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
