import type { Control } from '@proj/client';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import { endsWith, interruptible } from '../../interruption.ts';
import type { Io } from '../../io.ts';
import { type PlaceOptions, withLastingControl } from '../../place.ts';
import { type Answerer, nobody, respondTo } from './answerer.ts';
import { chooseDaemon } from './choose-daemon.ts';
import { askPerson } from './prompt-answerer.ts';
import { HumanView, jsonView, type View } from './view.ts';

export interface ControlOptions extends PlaceOptions {
  /** One word that answers every ask. */
  respond?: string;
  /** End after so many answers by `respond`. */
  count?: string;
}

/** `proj control`: what goes on, as it happens, and a prompt for each ask where there is somebody to prompt. */
export async function control(options: ControlOptions, io: Io): Promise<number> {
  const answersLeft = parseCount(options);
  const place = await chooseDaemon(options, io);
  await interruptible(async (interrupted) => {
    const end = new AbortController();
    const signal = AbortSignal.any([interrupted, io.outputClosed, end.signal]);
    const scene = { options: place, io, answersLeft, end };
    await endsWith(signal, () => withLastingControl(place, io, (daemon) => live(daemon, scene, signal)));
    if (end.signal.reason instanceof Error && end.signal.reason.name !== 'AbortError') throw end.signal.reason;
  });
  return exitCodes.done;
}

interface Scene {
  options: ControlOptions;
  io: Io;
  answersLeft: number;
  end: AbortController;
}

async function live(daemon: Control, scene: Scene, signal: AbortSignal): Promise<void> {
  const { view, answerer } = cast(daemon, scene);
  const watch = daemon.watch({ snapshot: true, signal });
  try {
    const snapshot = await watch.snapshot;
    view.snapshot(snapshot);
    for (const ask of snapshot.asks) await answerer.opened(ask);
    for await (const event of watch) {
      view.event(event);
      if (event.type === 'ask.opened') await answerer.opened(event.payload);
      if (event.type === 'ask.settled') answerer.settled(event.payload);
      await scene.io.out.drained();
    }
  } finally {
    await answerer.close();
  }
}

/** Who shows and who answers: a word for all, the person at the terminal, or nobody. */
function cast(control: Control, { options, io, answersLeft, end }: Scene): { view: View; answerer: Answerer } {
  const prompts = io.interactive && options.json !== true && options.respond === undefined;
  const human = new HumanView(io, { wholeAsks: !prompts });
  const view = options.json === true ? jsonView(io) : human;
  if (options.respond !== undefined) {
    let left = answersLeft;
    const onAnswer = (): void => {
      left -= 1;
      if (left === 0) end.abort();
    };
    return { view, answerer: respondTo(options.respond, { control, io, view }, onAnswer) };
  }
  if (!prompts) return { view, answerer: nobody };
  return { view, answerer: askPerson({ control, io, view: human, onLeave: (error) => end.abort(error) }) };
}

function parseCount({ count, respond }: ControlOptions): number {
  if (count === undefined) return Number.POSITIVE_INFINITY;
  if (respond === undefined) throw new Failure('--count belongs to --respond');
  if (!/^[1-9]\d*$/.test(count)) throw new Failure('--count takes a number of answers');
  return Number(count);
}
