import { ClientError, sendIpcRequest } from '@proj/client';
import { exitCodes } from '../../exit-codes.ts';
import { Failure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { type KnownDaemon, knownDaemons } from '../../known-daemons.ts';
import type { PlaceOptions } from '../../place.ts';

const ANSWERS_WITHIN_MS = 1000;

/**
 * The place to connect to: what was said (`--dir`, `--socket`, PROJ_DIR), else the one daemon of this user that
 * answers, else the one picked from a menu.
 * @throws Failure when there is none (69), or there are several and nobody to ask (usage).
 */
export async function chooseDaemon<T extends PlaceOptions>(place: T, io: Io): Promise<T> {
  if (place.dir !== undefined || place.socket !== undefined || (io.env['PROJ_DIR'] ?? '') !== '') return place;
  const alive = await answering(knownDaemons(io.env));
  const [first, ...others] = alive;
  if (first === undefined) {
    throw new Failure('no daemon is running', {
      exitCode: exitCodes.noDaemon,
      hint: 'start one: proj ipc serve-sockets',
    });
  }
  return { ...place, socket: others.length === 0 ? first.controlSocket : await pick(alive, io) };
}

async function answering(daemons: KnownDaemon[]): Promise<KnownDaemon[]> {
  const answers = await Promise.all(daemons.map(({ controlSocket }) => isAnswering(controlSocket)));
  return daemons.filter((_, at) => answers[at]);
}

async function isAnswering(socket: string): Promise<boolean> {
  try {
    return (await sendIpcRequest(socket, { v: 1, id: 'find', type: 'ping' }, { timeoutMs: ANSWERS_WITHIN_MS })).ok;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

async function pick(daemons: KnownDaemon[], io: Io): Promise<string> {
  if (!io.interactive) {
    const dirs = daemons.map(({ dir }) => dir).join(', ');
    throw new Failure('several daemons are running', { hint: `say which with --dir: ${dirs}` });
  }
  const { select, isCancel } = await import('@clack/prompts');
  const picked = await select({
    message: 'Which daemon?',
    options: daemons.map(({ dir, controlSocket }) => ({ value: controlSocket, label: dir })),
  });
  if (isCancel(picked)) throw new Failure('no daemon was picked');
  return picked;
}
