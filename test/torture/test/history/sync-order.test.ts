import { expect, test } from 'vitest';
import { readSyncOrder } from '../../history/sync-order.ts';

const log = '24</d/journal.db-wal>';
const written = `7  pwrite64(${log}, "x", 24, 0) = 24`;
const synced = `7  fsync(${log}) = 0`;
const replied = String.raw`7  write(29<socket:[1]>, "{\"v\":1,\"id\":\"7\",\"ok\":true"..., 90) = 90`;

test('a reply after the sync is in order', () => {
  expect(readSyncOrder([written, written, synced, replied])).toEqual({ replies: 1, early: [], syncs: 1 });
});

test('a reply between the write and its sync is early', () => {
  const [, call = ''] = replied.split('7  ');
  expect(readSyncOrder([written, replied, synced])).toMatchObject({ replies: 1, early: [call], syncs: 1 });
});

test('a sync that failed syncs nothing', () => {
  const failed = `7  fsync(${log}) = -1 EIO (Input/output error) (INJECTED)`;
  expect(readSyncOrder([written, failed, replied]).early).toHaveLength(1);
});

test('the sync of another file syncs nothing', () => {
  expect(readSyncOrder([written, '7  fsync(25</d/journal.db>) = 0', replied]).early).toHaveLength(1);
});

test('a sync counts when it has returned, also where another thread came between', () => {
  const begun = `7  fsync(${log} <unfinished ...>`;
  const other = '8  fsync(30</d/other>) = 0';
  const ended = '7  <... fsync resumed>)  = 0';
  expect(readSyncOrder([written, begun, other, ended, replied])).toEqual({ replies: 1, early: [], syncs: 1 });
  expect(readSyncOrder([written, begun, replied, ended]).early).toHaveLength(1);
});

test('what goes elsewhere is no reply', () => {
  const logged = String.raw`7  write(2</dev/pts/0>, "{\"ok\":true", 10) = 10`;
  expect(readSyncOrder([written, logged, synced])).toEqual({ replies: 0, early: [], syncs: 1 });
});
