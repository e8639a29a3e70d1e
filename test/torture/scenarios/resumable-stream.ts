import { join } from 'node:path';
import type { Session } from '@proj/protocol';
import { CuttingProxy } from '../actors/cutting-proxy.ts';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { ReturningClient } from '../actors/returning-client.ts';
import { StreamReader } from '../actors/stream-reader.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { matchingSeqs } from '../history/rules/streams.ts';
import type { StreamFilter } from '../history/stream-record.ts';
import { validate } from '../history/validate.ts';

interface Measure {
  readers: number;
  cuts: number;
  kills: number;
  events: number;
}

const MEASURES: Record<Size, Measure> = {
  short: { readers: 60, cuts: 10, kills: 3, events: 2_000 },
  long: { readers: 1_000, cuts: 100, kills: 20, events: 5_000 },
};
const WRITERS = 4;
const IN_FLIGHT = 8;
// About what an event and its line end take, to make the proxies' cuts as frequent as the readers' own.
const EVENT_BYTES = 260;
const CONFIG = 'limits: { clients: 3000 }\n';

/** Subscribers lose their connections and their daemon all the time, and get every event once, in order. */
export const scenario: Scenario = {
  name: 'resumable-stream',
  promises: ['R5'],
  summary: 'subscribers are cut over and over, with kills: no gap, no doublet, the same bytes',
  longMs: 1_800_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  return new Streams(arena, MEASURES[size]).run();
}

class Streams {
  #arena: Arena;
  #measure: Measure;
  #daemon: DaemonProcess;
  #readers: StreamReader[] = [];
  #writers: ReturningClient[] = [];
  #proxies: CuttingProxy[] = [];
  #written = 0;
  #onWritten: () => void = () => {};

  constructor(arena: Arena, measure: Measure) {
    this.#arena = arena;
    this.#measure = measure;
    this.#daemon = arena.daemon({ config: CONFIG });
  }

  async run(): Promise<Outcome> {
    await this.#daemon.start();
    const sessions = await this.#openWriters();
    const proxied = await this.#openProxies();
    const reading = Array.from({ length: this.#measure.readers }, (_none, at) =>
      this.#openReader(at, { sessions, proxied }).run(),
    );
    await Promise.all([...sessions.map((id, at) => this.#write(id, at)), this.#killNowAndThen()]);
    const evidence = await readEvidence(this.#daemon.control, this.#arena.history, { readersReached: true });
    await this.#catchUp(evidence);
    for (const reader of this.#readers) reader.close();
    for (const proxy of this.#proxies) proxy.close();
    await Promise.all([...reading, ...this.#writers.map((writer) => writer.close())]);
    await this.#daemon.stop();
    return { figures: this.#figures(evidence.journal.length), faults: validate(evidence) };
  }

  async #openWriters(): Promise<string[]> {
    const daemon = this.#daemon;
    const { history } = this.#arena;
    const ids: string[] = [];
    for (let at = 0; at < WRITERS; at += 1) {
      const writer = new ReturningClient({ name: `writer ${at}`, daemon, door: 'runtime', history });
      this.#arena.atEnd(() => writer.close());
      this.#writers.push(writer);
      const opened = await writer.demand<{ session: Session }>('session.open', { name: writer.name, key: `w${at}` });
      ids.push(opened.session.session_id);
    }
    return ids;
  }

  /** One in front of each door. */
  async #openProxies(): Promise<{ runtime: string; control: string }> {
    const paths = { runtime: join(this.#arena.folder, 'r.sock'), control: join(this.#arena.folder, 'c.sock') };
    const random = this.#arena.random.fork(-1);
    const draw = (): number => random.between(1, 2 * EVENT_BYTES * this.#eventsACut);
    const wanted = Math.floor((this.#measure.cuts * this.#measure.readers) / 2);
    for (const door of ['runtime', 'control'] as const) {
      // In the end nobody is cut any more, so that all get there.
      const proxy = new CuttingProxy(this.#daemon[door], () => (this.#proxiedCuts < wanted ? draw() : undefined));
      this.#arena.atEnd(() => proxy.close());
      await proxy.listen(paths[door]);
      this.#proxies.push(proxy);
    }
    return paths;
  }

  #openReader(at: number, { sessions, proxied }: Places): StreamReader {
    const random = this.#arena.random.fork(at);
    const filter = drawFilter(at, sessions);
    const door = filter.session_id === undefined ? 'control' : 'runtime';
    const isProxied = at % 8 < 4;
    const { history } = this.#arena;
    // One with a filter gets fewer events, and is cut after fewer.
    const most = Math.max(1, Math.floor((2 * this.#eventsACut) / shareOf(filter)));
    const reader: StreamReader = new StreamReader({
      daemon: this.#daemon,
      path: isProxied ? proxied[door] : this.#daemon[door],
      history,
      stream: history.openStream(`reader ${at}`, filter),
      drawCut: () => (isProxied || reader.cuts >= this.#measure.cuts ? undefined : random.between(1, most)),
    });
    this.#arena.atEnd(() => reader.close());
    this.#readers.push(reader);
    return reader;
  }

  async #write(sessionId: string, at: number): Promise<void> {
    const writer = this.#writers[at];
    const one = async (): Promise<void> => {
      while (!this.#isWritten) {
        const number = (this.#written += 1);
        this.#onWritten();
        const [type, content] = contentOf(number);
        await writer?.demand(type, { session_id: sessionId, event_id: `e${number}`, ...content });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  }

  async #killNowAndThen(): Promise<void> {
    const { kills, events } = this.#measure;
    for (let kill = 1; kill <= kills; kill += 1) {
      await this.#reached(Math.floor((events * kill) / (kills + 1)));
      await this.#daemon.kill();
      await this.#daemon.start();
    }
  }

  #reached(count: number): Promise<void> {
    if (this.#written >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onWritten = () => {
        if (this.#written >= count) resolve();
      };
    });
  }

  async #catchUp(evidence: Awaited<ReturnType<typeof readEvidence>>): Promise<void> {
    const matching = matchingSeqs(evidence);
    await Promise.all(this.#readers.map(({ stream }) => stream.reached(matching(stream.filter).at(-1) ?? 0)));
  }

  get #proxiedCuts(): number {
    return this.#proxies.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  get #isWritten(): boolean {
    return this.#written >= this.#measure.events;
  }

  get #eventsACut(): number {
    return Math.max(1, Math.floor(this.#measure.events / this.#measure.cuts));
  }

  #figures(events: number): Outcome['figures'] {
    const own = this.#readers.reduce((sum, { cuts }) => sum + cuts, 0);
    const delivered = this.#readers.reduce(
      (sum, { stream }) => sum + stream.stretches.reduce((all, { seqs }) => all + seqs.length, 0),
      0,
    );
    return {
      readers: this.#measure.readers,
      cuts: own + this.#proxiedCuts,
      'in the middle of a line': this.#proxiedCuts,
      kills: this.#measure.kills,
      events,
      delivered,
    };
  }
}

interface Places {
  sessions: readonly string[];
  proxied: { runtime: string; control: string };
}

/** Half read everything, a quarter some types, a quarter one session on the programs' door. */
function drawFilter(at: number, sessions: readonly string[]): StreamFilter {
  if (at % 4 < 2) return {};
  if (at % 4 === 2) return { types: ['session.logged', 'session.opened'] };
  return { session_id: sessions[at % sessions.length] ?? '' };
}

/** Of how many events one passes. */
function shareOf({ types, session_id }: StreamFilter): number {
  if (session_id !== undefined) return WRITERS;
  return types === undefined ? 1 : 3;
}

function contentOf(number: number): [type: string, content: object] {
  if (number % 3 === 0) return ['session.log', { sender: 'agent', content: `log ${number}` }];
  return [
    'session.emit',
    { event: { event_type: 'status_update', message: `event ${number} ${'x'.repeat(number % 99)}` } },
  ];
}
