import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loopbackEnvironment } from '../../../scripts/release/loopback.ts';
import { startRegistry } from '../../../scripts/release/registry.ts';

test.each(['https://registry.example/', 'http://localhost:4873/', 'http://10.0.0.1/', 'http://127.0.0.1.example/'])(
  'no release is rehearsed against %s',
  (address) => {
    expect(() => loopbackEnvironment(address, privateFolder())).toThrow('is not on this machine');
  },
);

test('what was published once is served, and not replaced', async () => {
  const registry = await startRegistry(privateFolder());
  onTestFinished(registry.close);
  const address = `${registry.address}@proj%2fthing`;
  const tarball = Buffer.from('a tarball');
  const body = JSON.stringify({
    name: '@proj/thing',
    'dist-tags': { latest: '1.0.0' },
    versions: { '1.0.0': { name: '@proj/thing', version: '1.0.0', dist: { tarball: 'http://elsewhere/' } } },
    _attachments: { 'thing-1.0.0.tgz': { data: tarball.toString('base64') } },
  });

  expect((await fetch(address)).status).toBe(404);
  expect((await fetch(address, { method: 'PUT', body })).status).toBe(201);
  expect((await fetch(address, { method: 'PUT', body })).status).toBe(409);
  const served = await fetch(address).then((response) => response.json());
  const from = `${registry.address}@proj/thing/-/1.0.0.tgz`;
  expect(served).toEqual({
    name: '@proj/thing',
    'dist-tags': { latest: '1.0.0' },
    versions: { '1.0.0': { name: '@proj/thing', version: '1.0.0', dist: { tarball: from } } },
  });
  expect(Buffer.from(await (await fetch(from)).arrayBuffer())).toEqual(tarball);
});

function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'proj-registry-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
