import { connectControl } from '@proj/client';
import type { Ask, Session } from '@proj/protocol';
import { answerByCommand, type CommandAnswer } from '../actors/command-line.ts';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { drawRacers, type Field } from '../actors/racers.ts';
import { ReturningClient } from '../actors/returning-client.ts';
import type { Arena } from '../harness/arena.ts';
import type { Random } from '../harness/random.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import type { Evidence } from '../history/evidence.ts';
import { readEvidence } from '../history/read-evidence.ts';
import { validate } from '../history/validate.ts';

const ROUNDS: Record<Size, number> = { short: 1, long: 20 };
const KILLS: Record<Size, number> = { short: 4, long: 10 };
const ASKS_A_ROUND = 5_000;
const LANES = 24;
const CLIENTS_A_DOOR = 8;
const MOST_RACERS = 16;
// Of so many asks, one is answered a hundred times under one id, and one from the command line.
const HUNDREDFOLD_EVERY = 1_000;
const COMMAND_EVERY = 500;

/** Many race for each ask, over every door, while it may run out or be cancelled and the daemon is killed. */
export const scenario: Scenario = {
  name: 'ask-races',
  promises: ['R4'],
  summary: '2 to 16 racers an ask over all doors, with kills: one winner, and everybody names it',
  longMs: 1_800_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const faults: string[] = [];
  const totals = { asks: 0, operations: 0, won: 0, expired: 0, cancelled: 0, kills: 0 };
  for (let round = 0; round < ROUNDS[size] && faults.length === 0; round += 1) {
    const { evidence, found } = await arena.within(round, (inner) => new Race(inner).run(KILLS[size]));
    faults.push(...found, ...validate(evidence), ...faultsOfDoors(evidence));
    totals.asks += evidence.asks.length;
    totals.operations += evidence.operations.length;
    totals.won += countOf(evidence, 'answered');
    totals.expired += countOf(evidence, 'expired');
    totals.cancelled += countOf(evidence, 'cancelled');
    totals.kills += KILLS[size];
  }
  return { figures: totals, faults };
}

/** One daemon, one directory, and all who race there. */
class Race {
  #faults: string[] = [];
  #arena: Arena;
  #daemon: DaemonProcess;
  #commands: { ask: Ask; name: string; answer: CommandAnswer }[] = [];
  #begun = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#daemon = arena.daemon();
  }

  /** All that was seen, what is on disk after the end, and what was found wrong on the way. */
  async run(kills: number): Promise<{ evidence: Evidence; found: string[] }> {
    await this.#daemon.start();
    const field = await this.#openField();
    const lanes = Array.from({ length: LANES }, (_none, lane) => this.#runLane(field, lane));
    await Promise.all([...lanes, this.#killNowAndThen(kills)]);
    await this.#closeField(field);
    await this.#daemon.kill();
    await this.#daemon.start();
    const evidence = await readEvidence(this.#daemon.control, this.#arena.history);
    this.#noteCommands(evidence.asks);
    await this.#daemon.stop();
    return { evidence, found: this.#faults };
  }

  async #openField(): Promise<Field> {
    const daemon = this.#daemon;
    const { history } = this.#arena;
    const open = (door: 'runtime' | 'control') =>
      Array.from({ length: CLIENTS_A_DOOR }, (_none, at) => {
        const client = new ReturningClient({ name: `${door} ${at}`, daemon, door, history });
        this.#arena.atEnd(() => client.close());
        return client;
      });
    const sdk = await connectControl({ dir: daemon.dir, reconnect: { minMs: 5, maxMs: 50 } });
    this.#arena.atEnd(() => sdk.close());
    return { daemon, history, operators: open('control'), programs: open('runtime'), sdk };
  }

  async #closeField({ operators, programs, sdk }: Field): Promise<void> {
    await Promise.all([...operators, ...programs, sdk].map((client) => client.close()));
  }

  async #killNowAndThen(kills: number): Promise<void> {
    for (let kill = 1; kill <= kills; kill += 1) {
      await this.#reached((ASKS_A_ROUND * kill) / (kills + 1));
      await this.#daemon.kill();
      await this.#daemon.start();
    }
  }

  #onBegin: () => void = () => {};

  #reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onBegin = () => {
        if (this.#begun >= count) resolve();
      };
    });
  }

  async #runLane(field: Field, lane: number): Promise<void> {
    const program = field.programs[lane % field.programs.length];
    if (program === undefined) throw new Error('no program');
    const { session } = await program.demand<{ session: Session }>('session.open', {
      name: `lane ${lane}`,
      key: `lane.${lane}`,
    });
    while (this.#begun < ASKS_A_ROUND) {
      const number = (this.#begun += 1);
      this.#onBegin();
      await this.#raceFor(number, { field, program, sessionId: session.session_id });
    }
  }

  async #raceFor(number: number, { field, program, sessionId }: Lane): Promise<void> {
    const random = this.#arena.random.fork(number);
    const isHundredfold = number % HUNDREDFOLD_EVERY === 0;
    const fields = { session_id: sessionId, key: `k${number}`, kind: 'approval', message: `Deploy ${number}?` };
    const timing = isHundredfold ? {} : drawTiming(random);
    const { ask } = await program.demand<{ ask: Ask }>('ask.open', { ...fields, ...timing });
    if (isHundredfold) await this.#answerHundredfold(field, ask);
    else await this.#race(field, { ask, random, number });
    const operator = random.pick(field.operators);
    const looked = await operator.demand<{ ask: Ask }>('ask.get', { ask_id: ask.ask_id });
    if (looked.ask.state === 'pending') this.#faults.push(`${ask.ask_id} is pending after somebody answered it`);
    await program.request('ask.get', { ask_id: ask.ask_id });
  }

  async #race(field: Field, { ask, random, number }: { ask: Ask; random: Random; number: number }): Promise<void> {
    const names = Array.from({ length: random.between(2, MOST_RACERS) }, (_none, at) => `r${number}.${at}`);
    const racers = random.shuffle(drawRacers(field, random, names));
    const command = number % COMMAND_EVERY === 1 ? this.#answerByCommand(ask, `cli${number}`) : undefined;
    await Promise.all([...racers.map((racer) => racer(ask)), command]);
  }

  async #answerByCommand(ask: Ask, name: string): Promise<void> {
    this.#commands.push({ ask, name, answer: await answerByCommand(this.#daemon, ask, name) });
  }

  async #answerHundredfold({ operators }: Field, { ask_id }: Ask): Promise<void> {
    const payload = { ask_id, value: true, answer_id: `same.${ask_id}` };
    const askers = Array.from({ length: 100 }, () => this.#arena.random.pick(operators));
    const replies = await Promise.all(
      askers.map((operator) => operator.request<{ verdict: string }>('ask.answer', payload)),
    );
    const won = replies.filter((reply) => reply.ok && reply.payload.verdict === 'won').length;
    if (won !== 100) this.#faults.push(`of 100 times the same answer to ${ask_id}, ${won} won`);
  }

  // The command makes its own answer_id, which the ask tells where it won.
  #noteCommands(asks: readonly Ask[]): void {
    const byId = new Map(asks.map((ask) => [ask.ask_id, ask]));
    for (const { ask, name, answer } of this.#commands) {
      const final = byId.get(ask.ask_id)?.answer;
      const isOurs = final?.responder_id === name || final?.responder_name === name;
      const answer_id = isOurs ? final?.answer_id : name;
      this.#arena.history.operations.push({
        ...answer,
        client: name,
        op: 'ask.answer',
        args: { ask_id: ask.ask_id, value: true, answer_id },
      });
    }
  }
}

interface Lane {
  field: Field;
  program: ReturningClient;
  sessionId: string;
}

/** One in five runs out soon, and one in four of those by its default. */
function drawTiming(random: Random): object {
  if (random.next() >= 0.2) return {};
  const timeout_ms = random.between(1, 40);
  return random.next() < 0.25 ? { timeout_ms, default_value: false, on_timeout: 'use_default' } : { timeout_ms };
}

/** On the programs' door nobody answers. */
function faultsOfDoors({ operations }: Evidence): string[] {
  return operations.flatMap(({ client, op, result }) => {
    if (op !== 'ask.answer' || !client.startsWith('runtime') || 'lost' in result) return [];
    return !result.ok && result.code === 'forbidden' ? [] : [`${client} could answer an ask`];
  });
}

function countOf({ asks }: Evidence, state: Ask['state']): number {
  return asks.filter((ask) => ask.state === state).length;
}
