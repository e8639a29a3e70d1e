import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorBody, Socket } from '@proj/protocol';
import { LiveConfig } from '../../src/config/live-config.ts';
import { Core } from '../../src/core.ts';
import type { Asker } from '../../src/dispatch/dispatch.ts';
import type { Sink } from '../../src/feed/cursor.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { FakeClock } from './fake-clock.ts';

export type Reply = { id: string | null; payload: Record<string, unknown> } | { id: string | null; error: ErrorBody };

export interface Client extends Asker {
  readonly replies: Reply[];
  /** Replies that came at the end of a wait, which are in `replies` too. */
  readonly unparked: Reply[];
  parked: number;
  isGone: boolean;
}

export interface RigOptions {
  dir: string;
  clock?: FakeClock;
  /** The configuration file's text. */
  config?: string;
  /** Stands between the core and its journal. */
  wrap?: (journal: Journal) => Journal;
}

/** The daemon's core without sockets: lines go in, replies are kept. Turns end when told to, or by themselves. */
export function createRig({ dir, clock = new FakeClock(), config: text = '', wrap = same }: RigOptions) {
  writeFileSync(join(dir, 'config.yaml'), text);
  const journal = openSqliteJournal(join(dir, 'journal.db'), 'normal');
  const config = new LiveConfig(join(dir, 'config.yaml'), clock);
  const sinks = new Map<string, Sink>();
  const logged: { level: string; message: string; fields: Record<string, unknown> | undefined }[] = [];
  let stops = 0;
  const core = new Core({
    journal: wrap(journal),
    config,
    clock,
    log: (level, message, fields) => logged.push({ level, message, fields }),
    version: '1.2.3',
    dir,
    assurance: () => 'guardrail',
    sinkOf: (clientId) => sinks.get(clientId),
    stop: () => stops++,
  });
  return {
    clock,
    journal,
    config,
    core,
    sinks,
    logged,
    get stops() {
      return stops;
    },
    /** Sends a request line and ends the turn. */
    ask: (client: Client, type: string, payload: object = {}): Reply => {
      send(core, client, type, payload);
      core.turn.commit();
      const reply = client.replies.at(-1);
      if (reply === undefined) throw new Error(`${type} was not answered`);
      return reply;
    },
    send: (client: Client, type: string, payload: object = {}): void => send(core, client, type, payload),
    close: () => {
      core.end();
      journal.close();
    },
  };
}

export type Rig = ReturnType<typeof createRig>;

export function createClient(socket: Socket, clientId: string): Client {
  const replies: Reply[] = [];
  const unparked: Reply[] = [];
  return {
    clientId,
    socket,
    channelId: `${socket}:${clientId}`,
    replies,
    unparked,
    parked: 0,
    isGone: false,
    answer: (line) => {
      replies.push(replyOf(line));
    },
    park() {
      if (this.isGone) return false;
      this.parked++;
      return true;
    },
    answerParked(line) {
      this.parked--;
      replies.push(replyOf(line));
      unparked.push(replyOf(line));
    },
  };
}

/** The payload of a reply that says yes. */
export function payloadOf(reply: Reply | undefined): Record<string, unknown> {
  if (reply === undefined || 'error' in reply) throw new Error(`no yes: ${JSON.stringify(reply)}`);
  return reply.payload;
}

/** The error of a reply that says no. */
export function errorOf(reply: Reply | undefined): ErrorBody {
  if (reply === undefined || !('error' in reply)) throw new Error(`no error: ${JSON.stringify(reply)}`);
  return reply.error;
}

function same(journal: Journal): Journal {
  return journal;
}

function send(core: Core, client: Client, type: string, payload: object): void {
  core.dispatch.receive(Buffer.from(JSON.stringify({ v: 1, id: 'r', type, payload })), client);
}

function replyOf(line: string): Reply {
  const { id, ok, payload, error } = JSON.parse(line);
  return ok === true ? { id, payload } : { id, error };
}
