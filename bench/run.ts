// `npm run bench`: the table of README.md.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request, requestsPerSecond } from './load.ts';
import { insertsPerSecond } from './sqlite-loop.ts';

const ROUNDS = 5;
const PINGS = 20_000;
const LONE_PINGS = 3_000;
const EMITS = 10_000;
const LONE_EMITS = 1_000;

interface Workload {
  name: string;
  proj: () => Promise<number>;
  floor: { name: string; run: () => Promise<number> | number };
}

let loops = 0;
const dir = mkdtempSync(join(tmpdir(), 'proj-bench-'));
const projDir = join(dir, 'd');
const rawSocket = join(dir, 'raw.sock');
const projSocket = join(projDir, 'runtime.sock');
const servers = [await start('proj-server.ts', projDir), await start('raw-server.ts', rawSocket)];
try {
  const sessionId = await openSession();
  for (const workload of workloads(sessionId)) await measure(workload);
} finally {
  for (const server of servers) server.kill('SIGTERM');
  await Promise.all(servers.map((server) => once(server, 'exit')));
  rmSync(dir, { recursive: true });
}

function workloads(sessionId: string): Workload[] {
  return [
    pings(LONE_PINGS, 1),
    pings(PINGS, 64),
    emits(LONE_EMITS, 1, sessionId),
    emits(EMITS, 64, sessionId),
    emits(EMITS, 256, sessionId),
  ];
}

function pings(total: number, inFlight: number): Workload {
  const load = { total, inFlight, line: pingLine };
  return {
    name: `ping, ${inFlight} in flight`,
    proj: () => requestsPerSecond({ ...load, socketPath: projSocket }),
    floor: { name: 'raw', run: () => requestsPerSecond({ ...load, socketPath: rawSocket }) },
  };
}

function emits(total: number, inFlight: number, sessionId: string): Workload {
  const load = { total, inFlight, line: (n: number) => emitLine(n, sessionId) };
  return {
    name: `durable session.emit, ${inFlight} in flight`,
    proj: () => requestsPerSecond({ ...load, socketPath: projSocket }),
    floor: { name: 'sqlite', run: () => insertsPerSecond(join(dir, `loop-${loops++}.db`), total, inFlight) },
  };
}

// One round each in turn, so that a machine that slows down slows both.
async function measure({ name, proj, floor }: Workload): Promise<void> {
  const rounds: { proj: number; floor: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ proj: await proj(), floor: await floor.run() });
  const [rate, base, ratio] = [
    median(rounds.map((round) => round.proj)),
    median(rounds.map((round) => round.floor)),
    median(rounds.map((round) => round.proj / round.floor)),
  ];
  console.log(
    `${name.padEnd(36)} ${perSecond(rate)}   ${floor.name.padEnd(6)} ${perSecond(base)}   ratio ${ratio.toFixed(2)}`,
  );
}

async function start(file: string, argument: string): Promise<ChildProcess> {
  const path = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [path, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function openSession(): Promise<string> {
  const reply = await request(projSocket, '{"v":1,"id":"1","type":"session.open","payload":{"name":"bench"}}\n');
  const { session_id } = reply.payload['session'] as { session_id: string };
  return session_id;
}

function pingLine(n: number): string {
  return `{"v":1,"id":"${n}","type":"ping","payload":{"nonce":"${'x'.repeat(64)}"}}\n`;
}

function emitLine(n: number, sessionId: string): string {
  const event = { event_type: 'status_update', message: 'x'.repeat(100) };
  const payload = { session_id: sessionId, event };
  return `${JSON.stringify({ v: 1, id: `${n}`, type: 'session.emit', payload })}\n`;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`.padStart(11);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
