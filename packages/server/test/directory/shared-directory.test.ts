import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDaemon } from '../../src/index.ts';
import { assuranceOfModes, groupId, shareDirectory } from '../../src/directory/shared-directory.ts';
import { pathsIn } from '../daemon/paths-in.ts';
import { tempDirectory } from '../support/temp-directory.ts';
import { thrownBy } from '../support/thrown.ts';

// The one group that anybody who runs the tests may give a file to.
const ownGroup = process.getegid?.() ?? 0;

test('a group goes by its name or its number', () => {
  const [name = '', , id] = readFileSync('/etc/group', 'utf8').split('\n')[0]?.split(':') ?? [];
  expect([groupId(name), groupId('61003')]).toEqual([Number(id), 61_003]);
  for (const group of ['no-such-group', '', '-1', '1e3', `${name}:`]) {
    expect(thrownBy(() => groupId(group))).toEqual({
      code: 'config_invalid',
      message: `/etc/group has no group ${group}`,
    });
  }
});

test('a shared directory is entered by its group and written by nobody else', () => {
  const dir = tempDirectory();
  shareDirectory(dir, ownGroup);
  const { mode, gid } = statSync(dir);
  expect([mode & 0o7777, gid]).toEqual([0o750, ownGroup]);
  expect(thrownBy(() => shareDirectory(join(dir, 'none'), ownGroup))).toMatchObject({ code: 'directory_unsafe' });
});

test('without a group the level is guardrail, whatever the modes are', async () => {
  const { paths } = await sharedDaemon();
  expect(assuranceOfModes(paths, undefined)).toBe('guardrail');
});

test.each([
  ['.', 0o700],
  ['.', 0o770],
  ['runtime.sock', 0o600],
  ['runtime.sock', 0o666],
  ['control.sock', 0o660],
  ['journal.db', 0o640],
  ['lock.db', 0o604],
  ['config.yaml', 0o664],
])('the level is two_uid until %s has mode 0%o', async (name, mode) => {
  const { dir, paths } = await sharedDaemon();
  expect(assuranceOfModes(paths, ownGroup)).toBe('two_uid');
  expect(assuranceOfModes(paths, ownGroup + 1)).toBe('guardrail');
  chmodSync(join(dir, name), mode);
  expect(assuranceOfModes(paths, ownGroup)).toBe('guardrail');
});

test('a door that is not there keeps nobody out', async () => {
  const { paths } = await sharedDaemon();
  rmSync(paths.controlSocket);
  expect(assuranceOfModes(paths, ownGroup)).toBe('guardrail');
});

async function sharedDaemon() {
  const dir = join(tempDirectory(), 'd');
  mkdirSync(dir, { mode: 0o700 });
  const paths = pathsIn(dir);
  writeFileSync(paths.configFile, '', { mode: 0o644 });
  const daemon = await createDaemon({ paths, version: '0.0.0-test', agentsGroup: String(ownGroup) });
  onTestFinished(() => daemon.close({ now: true }));
  return { dir, paths };
}
