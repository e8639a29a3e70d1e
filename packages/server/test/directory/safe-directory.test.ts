import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { prepareDirectory } from '../../src/directory/safe-directory.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

// Only root could give a directory away: here the file system says that it belongs to another user.
const owners = vi.hoisted(() => ({ uidOf: new Map<unknown, number>() }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const lstatSync = (path: string) =>
    Object.assign(real.lstatSync(path), { uid: owners.uidOf.get(path) ?? real.lstatSync(path).uid });
  return { ...real, lstatSync };
});

afterEach(() => {
  owners.uidOf.clear();
});

test.each([0o000, 0o022])('with umask %o it is made with all its parents, for its owner alone', (umask) => {
  const root = tempDirectory();
  const before = process.umask(umask);
  onTestFinished(() => void process.umask(before));
  prepareDirectory(join(root, 'a', 'b'));
  expect([modeOf(join(root, 'a')), modeOf(join(root, 'a', 'b'))]).toEqual([0o700, 0o700]);
  prepareDirectory(join(root, 'a', 'b'));
});

test('one that others may read stays as it is', () => {
  const dir = directory(tempDirectory(), 'd', 0o755);
  prepareDirectory(dir);
  expect(modeOf(dir)).toBe(0o755);
});

test('a parent that all may write is safe where it is sticky, as /tmp is', () => {
  const parent = directory(tempDirectory(), 'sticky', 0o1777);
  prepareDirectory(join(parent, 'd'));
  expect(modeOf(join(parent, 'd'))).toBe(0o700);
});

test('a parent that is a link of ours leads on', () => {
  const root = tempDirectory();
  directory(root, 'real', 0o700);
  symlinkSync('real', join(root, 'link'));
  prepareDirectory(join(root, 'link', 'd'));
  expect(modeOf(join(root, 'real', 'd'))).toBe(0o700);
});

describe('refused, with its path and the reason:', () => {
  test.each([0o770, 0o702, 0o777, 0o1777])('a directory of mode %o, which others may write', (mode) => {
    const dir = directory(tempDirectory(), 'd', mode);
    expect(refusalOf(dir)).toEqual(unsafe(dir, 'can be written by others; run chmod go-w on it'));
    expect(modeOf(dir)).toBe(mode & 0o777);
  });

  test.each([0o770, 0o777])('a parent of mode %o', (mode) => {
    const parent = directory(tempDirectory(), 'open', mode);
    const dir = directory(parent, 'd', 0o700);
    expect(refusalOf(dir)).toEqual(unsafe(parent, 'can be written by others, who could exchange what is below it'));
  });

  test('a parent behind a link', () => {
    const root = tempDirectory();
    const open = directory(root, 'open', 0o777);
    directory(open, 'd', 0o700);
    symlinkSync('open', join(root, 'link'));
    const reason = 'can be written by others, who could exchange what is below it';
    expect(refusalOf(join(root, 'link', 'd'))).toEqual(unsafe(open, reason));
  });

  test('a link on the way that belongs to another user, wherever it leads', () => {
    const root = tempDirectory();
    directory(root, 'real', 0o700);
    symlinkSync('real', join(root, 'link'));
    owners.uidOf.set(join(root, 'link'), 4_242);
    const reason = 'belongs to another user, who could exchange what is below it';
    expect(refusalOf(join(root, 'link', 'd'))).toEqual(unsafe(join(root, 'link'), reason));
  });

  test('a link, even to a safe directory', () => {
    const root = tempDirectory();
    directory(root, 'real', 0o700);
    symlinkSync('real', join(root, 'link'));
    expect(refusalOf(join(root, 'link'))).toEqual(unsafe(join(root, 'link'), 'is not a directory'));
  });

  test('a link to nothing', () => {
    const root = tempDirectory();
    symlinkSync('none', join(root, 'link'));
    expect(refusalOf(join(root, 'link'))).toMatchObject({ code: 'directory_unsafe' });
  });

  test('a file, and what is below one', () => {
    const path = join(tempDirectory(), 'file');
    writeFileSync(path, 'x');
    for (const each of [path, join(path, 'd')]) {
      expect(refusalOf(each)).toMatchObject({
        code: 'directory_unsafe',
        message: expect.stringContaining(`${each} cannot be made: `),
      });
    }
  });

  test("another user's directory", () => {
    const dir = directoryOfAnother();
    expect(refusalOf(dir)).toEqual(unsafe(dir, 'belongs to another user'));
  });

  test("a directory below another user's", () => {
    const parent = directoryOfAnother();
    const dir = directory(parent, 'd', 0o700);
    expect(refusalOf(dir)).toEqual(unsafe(parent, 'belongs to another user, who could exchange what is below it'));
  });
});

function refusalOf(dir: string): object {
  return thrownBy(() => prepareDirectory(dir));
}

function unsafe(path: string, reason: string) {
  return { code: 'directory_unsafe', message: `${path} ${reason}` };
}

/** The mode is set, whatever the umask. */
function directory(parent: string, name: string, mode: number): string {
  const path = join(parent, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

function directoryOfAnother(): string {
  const dir = directory(tempDirectory(), 'other', 0o755);
  owners.uidOf.set(dir, 12_345);
  return dir;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
