// Tries everything a program must not do to a daemon's directory, and says for each what the system said.
import { chmodSync, closeSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const [dir] = process.argv.slice(2);
const at = (name) => join(dir, name);
const attempts = {
  'connect runtime.sock': () => connected(at('runtime.sock')),
  'connect control.sock': () => connected(at('control.sock')),
  'chmod runtime.sock': () => chmodSync(at('runtime.sock'), 0o660),
  'chmod the directory': () => chmodSync(dir, statSync(dir).mode & 0o777),
  'read journal.db': () => readFileSync(at('journal.db')),
  'write journal.db': () => closeSync(openSync(at('journal.db'), 'r+')),
  'write lock.db': () => closeSync(openSync(at('lock.db'), 'r+')),
  'put a file there': () => writeFileSync(at('put'), ''),
  'rename control.sock': () => {
    renameSync(at('control.sock'), at('moved'));
    renameSync(at('moved'), at('control.sock'));
  },
  'unlink runtime.sock': () => unlinkSync(at('runtime.sock')),
};

const said = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    said[name] = 'done';
  } catch (error) {
    said[name] = error.code;
  }
}
console.log(JSON.stringify(said));

function connected(path) {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket.destroy()));
    socket.on('error', reject);
  });
}
