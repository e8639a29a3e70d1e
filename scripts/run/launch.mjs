import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { stepEnvironment } from './step-environment.mjs';

/**
 * Runs one step of a task and gives its exit code. Unless `shown`, it prints the title alone, and the output only
 * when the step fails. The step has a process group of its own, so that a signal ends all of it.
 */
export async function launch({ title, command, args, shown }) {
  if (!shown) console.error(`${title} …`);
  const stdio = shown ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd: root, env: stepEnvironment(), stdio, detached: true });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  const stop = passOn(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) => process.kill(-child.pid, signal));
  const code = await ended(child, 'close');
  stop();
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  return code;
}

/**
 * Runs a script of ours in the foreground with the Node.js that the lockfile brings, and gives its exit code. A signal
 * is passed on after `graceMs` (250), unless it came twice by then.
 */
export function runDaemon(args, { graceMs = 250 } = {}) {
  const child = spawn(projectNode(), args, { cwd: root, stdio: 'inherit' });
  passOn(['SIGINT', 'SIGTERM', 'SIGHUP'], unlessShared(child, graceMs));
  return ended(child, 'exit');
}

// The daemon takes a second signal as "at once", so it must get each one once. Ctrl-C, and a signal to the process
// group, reaches the daemon without us, and us twice: directly and through npm. One that comes alone was sent to npm
// or to us, and is passed on.
function unlessShared(child, graceMs) {
  let came = 0;
  return (signal) => {
    came += 1;
    if (came > 1) return;
    setTimeout(() => {
      if (came === 1) child.kill(signal);
      came = 0;
    }, graceMs);
  };
}

function projectNode() {
  const local = join(root, 'node_modules/.bin/node');
  return existsSync(local) ? local : process.execPath;
}

function passOn(signals, send) {
  for (const signal of signals) process.on(signal, send);
  return () => {
    for (const signal of signals) process.off(signal, send);
  };
}

function ended(child, event) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once(event, (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
