import type { DaemonStatus } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { sendText } from '../actors/one-shot.ts';
import type { Arena } from '../harness/arena.ts';
import type { Outcome, Scenario, Size } from '../harness/scenario.ts';

const ROUNDS: Record<Size, number> = { short: 2, long: 50 };
const RACERS = 20;
const START_MS = 60_000;
const DIRECTORY_REFUSED = 73;

/** Many daemons want one directory: one gets it, its sockets stay, and the others say who has it. */
export const scenario: Scenario = {
  name: 'racing-daemons',
  promises: ['R12'],
  summary: '20 daemons race for one directory, also after kill -9: one winner each, a stopped holder still excludes',
  longMs: 1_800_000,
  run,
};

async function run(arena: Arena, size: Size): Promise<Outcome> {
  const dir = arena.dir();
  const faults: string[] = [];
  let losers = 0;
  for (let round = 1; round <= ROUNDS[size] && faults.length === 0; round += 1) {
    await arena.within(round, async (inner) => {
      const racers = Array.from({ length: RACERS }, () => inner.daemon({ dir, startMs: START_MS }));
      const winners = await race(racers);
      const [winner] = winners;
      if (winner === undefined || winners.length > 1) {
        faults.push(`round ${round} has ${winners.length} winners`);
        return;
      }
      const beaten = racers.filter((racer) => racer !== winner);
      losers += beaten.length;
      for (const loser of beaten) faults.push(...(await faultsOfLoser(loser, winner.pid)));
      faults.push(...(await faultsOfHolder(winner)), ...(await faultsBesideStopped(inner, winner)));
      // The directory is left as a crash leaves it, and as a good end does.
      if (round % 2 === 1) await winner.kill();
      else await winner.stop();
    });
  }
  return { figures: { rounds: ROUNDS[size], racers: RACERS, losers }, faults };
}

/** Starts them all at once; those that came to take clients, when the others have ended. */
async function race(racers: readonly DaemonProcess[]): Promise<DaemonProcess[]> {
  const results = await Promise.allSettled(racers.map((racer) => racer.start()));
  return racers.filter((_racer, at) => results[at]?.status === 'fulfilled');
}

async function faultsOfLoser(loser: DaemonProcess, holder: number): Promise<string[]> {
  const { code, signal } = await loser.exit;
  return [
    ...(code === DIRECTORY_REFUSED ? [] : [`a loser ended with ${signal ?? code}: ${loser.errorText.slice(-300)}`]),
    ...(loser.errorText.includes(`pid ${holder}`)
      ? []
      : [`a loser did not name ${holder}: ${loser.errorText.slice(-300)}`]),
  ];
}

/** Both sockets are the winner's. */
async function faultsOfHolder({ runtime, control, pid }: DaemonProcess): Promise<string[]> {
  const text = await sendText(control, 'STATUS');
  const answering = text.startsWith('{') ? (JSON.parse(text) as DaemonStatus).pid : text;
  const pong = await sendText(runtime, '{"v":1,"id":"1","type":"ping"}');
  return [
    ...(answering === pid ? [] : [`control.sock is answered by ${answering} and not by ${pid}`]),
    ...(pong.includes('"ok":true') ? [] : [`runtime.sock answered ${pong || 'nothing'}`]),
  ];
}

async function faultsBesideStopped(arena: Arena, holder: DaemonProcess): Promise<string[]> {
  holder.pause();
  try {
    const late = arena.daemon({ dir: holder.dir, startMs: START_MS });
    if ((await race([late])).length > 0) return ['a second daemon started beside a stopped one'];
    return await faultsOfLoser(late, holder.pid);
  } finally {
    holder.continue();
  }
}
