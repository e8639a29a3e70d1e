import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDaemonFile, removeDaemonFile, writeDaemonFile } from '../../src/directory/daemon-file.ts';
import { tempDirectory } from '../support/temp-directory.ts';

const file = {
  pid: process.pid,
  version: '1.2.3',
  started_at: '2026-11-20T12:00:00.000Z',
  dir: '/d',
  runtime_socket: '/d/runtime.sock',
  control_socket: '/d/control.sock',
};

test('it says what was written, to its owner alone, and nothing else is left', () => {
  const dir = tempDirectory();
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  writeDaemonFile(dir, { ...file, pid: 1 });
  writeDaemonFile(dir, file);
  expect(readDaemonFile(dir)).toEqual(file);
  expect(statSync(join(dir, 'daemon.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(['daemon.json']);
});

test('what a crash left half-written is in nobody\u2019s way', () => {
  const dir = tempDirectory();
  writeFileSync(join(dir, `.daemon.${process.pid}.json`), '{');
  writeDaemonFile(dir, file);
  expect(readdirSync(dir)).toEqual(['daemon.json']);
});

test.each(['', '{', 'null', '7', '[]', '{}', '{"pid":"7"}'])('%j says nothing', (text) => {
  const dir = tempDirectory();
  writeFileSync(join(dir, 'daemon.json'), text);
  expect(readDaemonFile(dir)).toBeUndefined();
});

test('only its own process removes it', () => {
  const dir = tempDirectory();
  removeDaemonFile(dir);
  writeDaemonFile(dir, { ...file, pid: process.pid + 1 });
  removeDaemonFile(dir);
  expect(readdirSync(dir)).toEqual(['daemon.json']);
  writeDaemonFile(dir, file);
  removeDaemonFile(dir);
  expect(readdirSync(dir)).toEqual([]);
});
