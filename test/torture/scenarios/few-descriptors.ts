import type { DaemonProcess } from '../actors/daemon-process.ts';
import { IdleClient, isServed, openIdleClients } from '../actors/idle-client.ts';
import { sendText } from '../actors/one-shot.ts';
import { Publisher } from '../actors/publisher.ts';
import type { Arena } from '../harness/arena.ts';
import { linuxOnly } from '../harness/linux-only.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { settled } from '../harness/settled.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

interface Measure {
  rounds: number;
  connects: number;
  /** Until an operator is served, and until programs are again. */
  serveMs: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { rounds: 1, connects: 400, serveMs: 15_000 },
  long: { rounds: 20, connects: 1_000, serveMs: 1_000 },
};
const FILES = 256;
const EVENTS = 200;
const EVENT_BYTES = 200;

/** More clients than the daemon may open files: those it cannot take are told, and everything else goes on. */
export const scenario: Scenario = {
  name: 'few-descriptors',
  promises: ['R11'],
  summary: '1,000 clients on 256 open files: operators get in, writes go on, programs get in again afterwards',
  longMs: 300_000,
  obstacle: linuxOnly,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const { rounds, connects, serveMs } = MEASURES[size];
  const under = ['sh', '-c', `ulimit -n ${FILES}; exec "$@"`, 'sh'];
  const daemon = await arena.startDaemon({ under });
  const publisher = await Publisher.open(await arena.connect(daemon.runtime, 'publisher'));
  const flood = new Flood(daemon, publisher);
  for (let round = 0; round < rounds; round += 1) await flood.run({ connects, serveMs });
  const { faults, statusMs, recoveryMs, turnedAway } = flood;
  if (statusMs > serveMs) faults.push(`an operator waited ${Math.round(statusMs)} ms`);
  if (recoveryMs > serveMs) faults.push(`programs were not served again within ${serveMs} ms`);
  faults.push(...validate(await readEvidence(daemon.control, arena.history)));
  const { code } = await daemon.stop();
  if (code !== 0) faults.push(`it ended with ${code}: ${daemon.errorText.slice(-500)}`);
  const times = { 'STATUS ms': Math.round(statusMs), 'recovery ms': Math.round(recoveryMs) };
  return { figures: { rounds, 'turned away': turnedAway, ...times }, faults };
}

/** Takes all places there are, again and again, and sees who still gets in. */
class Flood {
  readonly faults: string[] = [];
  turnedAway = 0;
  statusMs = 0;
  recoveryMs = 0;
  #daemon: DaemonProcess;
  #publisher: Publisher;

  constructor(daemon: DaemonProcess, publisher: Publisher) {
    this.#daemon = daemon;
    this.#publisher = publisher;
  }

  async run({ connects, serveMs }: Pick<Measure, 'connects' | 'serveMs'>): Promise<void> {
    const { runtime } = this.#daemon;
    const writing = this.#publisher.publish(EVENTS, EVENT_BYTES);
    const clients = await openIdleClients(runtime, { count: connects });
    await this.#checkStatus();
    await writing;
    await this.#publisher.publish(EVENTS, EVENT_BYTES);
    this.#judge(await Promise.all(clients.map((client) => client.ask())));
    for (const client of clients) client.close();
    this.recoveryMs = Math.max(this.recoveryMs, await settled(() => isTaken(runtime), serveMs + 1));
  }

  async #checkStatus(): Promise<void> {
    const started = performance.now();
    const status = await sendText(this.#daemon.control, 'STATUS');
    this.statusMs = Math.max(this.statusMs, performance.now() - started);
    if (!status.startsWith('{')) this.faults.push(`STATUS said ${status || 'nothing'}`);
  }

  #judge(answers: readonly string[]): void {
    const refused = answers.filter((answer) => !isServed(answer));
    const untold = refused.filter((answer) => !answer.includes('"too_many_clients"')).length;
    if (refused.length === 0) this.faults.push(`all ${answers.length} clients were taken`);
    if (untold > 0) this.faults.push(`${untold} clients were closed without a word`);
    this.turnedAway += refused.length;
  }
}

async function isTaken(path: string): Promise<boolean> {
  const client = await IdleClient.open(path);
  const answer = await client.ask();
  client.close();
  return isServed(answer);
}
