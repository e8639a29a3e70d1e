import { expect, test } from 'vitest';
import { type Frame, Recent } from '../../src/feed/recent.ts';

const MOST_FRAMES = 8_192;

test('it gives what comes after a place, so many at most', () => {
  const recent = filled([5, 6, 7, 8]);
  expect(seqs(recent.after(4, 10))).toEqual([5, 6, 7, 8]);
  expect(seqs(recent.after(6, 10))).toEqual([7, 8]);
  expect(seqs(recent.after(4, 2))).toEqual([5, 6]);
  expect(seqs(recent.after(8, 10))).toEqual([]);
});

test('undefined says that it does not reach back so far', () => {
  expect(new Recent().after(0, 10)).toBeUndefined();
  expect(filled([5, 6]).after(3, 10)).toBeUndefined();
});

test('the frames are those that were pushed, not copies', () => {
  const recent = new Recent();
  const pushed = frame(1);
  recent.push(pushed);
  expect(recent.after(0, 1)?.[0]).toBe(pushed);
});

test('where there are too many the oldest go, one by one', () => {
  const recent = filled(Array.from({ length: MOST_FRAMES }, (_, i) => i + 1));
  expect(recent.after(0, 1)).toBeDefined();
  for (let seq = MOST_FRAMES + 1; seq <= 3 * MOST_FRAMES; seq++) {
    recent.push(frame(seq));
    const oldest = seq - MOST_FRAMES + 1;
    if (recent.after(oldest - 2, 1) !== undefined) expect.unreachable(`${oldest - 1} is still there at ${seq}`);
    if (recent.after(oldest - 1, 1)?.[0]?.seq !== oldest) expect.unreachable(`${oldest} is gone at ${seq}`);
  }
});

test('where they are too many bytes the oldest go', () => {
  const recent = new Recent();
  const megabyte = Buffer.alloc(1_048_576);
  for (let seq = 1; seq <= 9; seq++) recent.push({ ...frame(seq), bytes: megabyte });
  expect(recent.after(0, 1)).toBeUndefined();
  expect(seqs(recent.after(1, 1))).toEqual([2]);
});

test('one frame above the bound is not kept, and the next is', () => {
  const recent = new Recent();
  recent.push({ ...frame(1), bytes: Buffer.alloc(8_388_609) });
  expect(recent.after(0, 1)).toBeUndefined();
  recent.push(frame(2));
  expect(seqs(recent.after(1, 1))).toEqual([2]);
});

test('clear forgets all, and it can begin anywhere', () => {
  const recent = filled([1, 2, 3]);
  recent.clear();
  expect(recent.after(2, 1)).toBeUndefined();
  recent.push(frame(2));
  expect(seqs(recent.after(1, 9))).toEqual([2]);
});

function filled(seqsOf: number[]): Recent {
  const recent = new Recent();
  for (const seq of seqsOf) recent.push(frame(seq));
  return recent;
}

function frame(seq: number): Frame {
  return { seq, type: 'session.event', sessionId: 'ses_1', bytes: Buffer.from('x\n') };
}

function seqs(frames: Frame[] | undefined): number[] | undefined {
  return frames?.map(({ seq }) => seq);
}
