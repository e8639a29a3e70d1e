import { spawnSync } from 'node:child_process';
import type { Ask } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { Terminal } from '../actors/terminal.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';
import { hostileText } from '../hostile/corpus.ts';
import { type Doors, fillAsks, fillSession, settleSome } from '../hostile/fill.ts';
import { faultsOfView, type View } from '../hostile/judge.ts';

const ROUNDS: Record<Size, number> = { short: 1, long: 10 };
// With the asks', ten thousand strings a round.
const EVENTS = 9_240;
const SETS_OF_ASKS = 40;
const SETS_SETTLED = 20;
// Prompts hide the cursor before they draw.
const PROMPT_SHOWN = '\x1b[?25l';
const CTRL_C = '\x03';
// Lines end with it, and nothing a program says does.
const LAST = 'that was the last one';
const MOST_FAULTS = 20;

/** Fills a daemon with text that would do harm, and reads every view of the command on a real terminal, byte by byte. */
export const scenario: Scenario = {
  name: 'hostile-text',
  promises: ['S8'],
  summary: '10,000 hostile strings through every view of the command, on a real terminal',
  longMs: 900_000,
  obstacle,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const totals = { strings: 0, views: 0, bytes: 0 };
  const faults: string[] = [];
  for (let round = 0; round < ROUNDS[size] && faults.length === 0; round += 1) {
    const views = await arena.within(round, async (inner) => {
      const stage = await fill(inner, () => {
        totals.strings += 1;
        return hostileText(inner.random);
      });
      return [...(await readViews(stage)), ...(await readPrompts(stage))];
    });
    totals.views += views.length;
    totals.bytes += views.reduce((sum, { bytes }) => sum + bytes.length, 0);
    faults.push(...views.flatMap(faultsOfView).slice(0, MOST_FAULTS), ...views.flatMap(faultOfSilence));
  }
  return { figures: totals, faults };
}

interface Stage {
  arena: Arena;
  daemon: DaemonProcess;
  doors: Doors;
  sessionId: string;
  /** One of each kind. */
  asks: readonly Ask[];
  draw: () => string;
}

async function fill(arena: Arena, draw: () => string): Promise<Stage> {
  const config = 'limits:\n  pending_asks: 10000\n';
  const daemon = await arena.startDaemon({ config });
  const program = await arena.connect(daemon.runtime, 'program');
  const doors = { program, operator: await arena.connect(daemon.control, 'operator') };
  await doors.operator.demand('hello', { client: draw() });
  await doors.operator.demand('daemon.pause', { reason: draw() });
  await doors.operator.demand('daemon.resume', { reason: draw() });
  const sessionId = await fillSession(doors, draw, EVENTS);
  const sets: Ask[][] = [];
  for (let set = 0; set < SETS_OF_ASKS; set += 1) sets.push(await fillAsks(doors, draw));
  for (const set of sets.slice(0, SETS_SETTLED)) await settleSome(doors, draw, set);
  return { arena, daemon, doors, sessionId, asks: sets.at(-1) ?? [], draw };
}

/** What is printed and done with. */
async function readViews(stage: Stage): Promise<View[]> {
  const { sessionId, asks } = stage;
  const commands = [
    ['status'],
    ['sessions', 'list'],
    ['sessions', 'show', sessionId],
    ['sessions', 'messages', sessionId],
    ['log', sessionId],
    ['asks', 'list'],
    ['asks', 'list', '--state', 'all'],
    ...asks.map(({ ask_id }) => ['asks', 'show', ask_id]),
    ['--json', 'asks', 'list'],
    ['ipc', 'send', 'ask.list', '{}'],
    ['answer', 'no such ask', stage.draw().replaceAll('\0', '')],
  ];
  const views: View[] = [];
  for (const args of commands) {
    const name = args.slice(0, 2).join(' ');
    views.push({ name, bytes: await open(stage, args).ended });
  }
  return [...views, await readLive(stage, []), await readLive(stage, ['--respond', 'y'])];
}

/** What is printed as it happens, until the last ask has come. */
async function readLive(stage: Stage, options: readonly string[]): Promise<View> {
  const { doors, sessionId, draw } = stage;
  const terminal = open(stage, ['control', ...options], true);
  await terminal.shows('live session');
  // What it answers by itself is not there to be settled.
  const asks = (await fillAsks(doors, draw)).filter(({ kind }) => kind !== 'approval');
  await settleSome(doors, draw, asks);
  const event = { event_type: 'status_update', message: LAST };
  await doors.program.demand('session.emit', { session_id: sessionId, event });
  await terminal.shows(LAST);
  terminal.type(CTRL_C);
  return { name: ['control', ...options].join(' '), bytes: await terminal.ended };
}

/** The prompt of each kind of ask, opened and left. */
async function readPrompts(stage: Stage): Promise<View[]> {
  const { arena, draw } = stage;
  const views: View[] = [];
  for (const at of [0, 1, 2, 3, 4]) {
    const daemon = await arena.startDaemon();
    const program = await arena.connect(daemon.runtime, 'program');
    const operator = await arena.connect(daemon.control, 'operator');
    const asks = await fillAsks({ program, operator }, draw);
    const others = asks.filter((_ask, index) => index !== at);
    for (const { ask_id } of others) await program.demand('ask.cancel', { ask_id });
    const terminal = open({ ...stage, daemon }, ['control']);
    await terminal.shows(PROMPT_SHOWN);
    terminal.type(CTRL_C);
    views.push({ name: `the prompt of ${asks[at]?.kind}`, bytes: await terminal.ended, isPrompt: true });
  }
  return views;
}

function open({ arena, daemon: { dir } }: Stage, args: readonly string[], unattended = false): Terminal {
  const terminal = new Terminal(args, { dir, stateHome: arena.folder, unattended });
  arena.atEnd(() => terminal.end());
  return terminal;
}

/** A view that shows nothing proves nothing. */
function faultOfSilence({ name, bytes }: View): string[] {
  return bytes.length > 0 ? [] : [`${name} printed nothing`];
}

function obstacle(): string | undefined {
  const { error } = spawnSync('script', ['--version']);
  return error === undefined ? undefined : 'needs the command script';
}
