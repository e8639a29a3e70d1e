import type { Session } from '@proj/protocol';
import type { DaemonProcess } from '../actors/daemon-process.ts';
import { type LineClient, openLineClient } from '../actors/line-client.ts';
import { History } from '../history/history.ts';
import { headOf } from './lines.ts';
import type { Part, Plan } from './plan.ts';
import type { Scene } from './scene.ts';
import { digestOf, liveSessions, pendingAsks } from './state-digest.ts';
import { Talk } from './talk.ts';
import { faultOfTextLine, isUnknownCommand } from './text-line.ts';

export interface RoundResult {
  lines: number;
  refused: number;
  /** The refused lines were refused again, and the state before and after was compared. */
  compared: boolean;
  faults: readonly string[];
}

/** Two connections of one round, kept out of any history: it would hold every line. */
export async function openRound(daemon: DaemonProcess): Promise<{ program: LineClient; operator: LineClient }> {
  const history = new History();
  const program = await openLineClient(daemon.runtime, { name: 'program', history });
  const operator = await openLineClient(daemon.control, { name: 'operator', history });
  return { program, operator };
}

/** Sends the plan; then sends what was refused once more, which must change nothing; then ends what waits. */
export class Round {
  #daemon: DaemonProcess;
  #program: LineClient;
  #operator: LineClient;
  #faults: string[] = [];
  #talks: Talk[] = [];
  #lines = 0;

  constructor(daemon: DaemonProcess, { program, operator }: { program: LineClient; operator: LineClient }) {
    this.#daemon = daemon;
    this.#program = program;
    this.#operator = operator;
  }

  async run(scene: Scene, { parts, texts }: Plan): Promise<RoundResult> {
    const first = await this.#send(parts);
    await this.#sendTexts(texts);
    const refused = parts.map((part, at) => refusedOf(part, first[at]?.accepted ?? new Set()));
    await this.#calm();
    const before = await digestOf(this.#operator);
    const again = await this.#send(refused);
    await this.#sendTexts(texts.filter(isUnknownCommand));
    const after = await digestOf(this.#operator);
    const compared = again.every(({ accepted }) => accepted.size === 1);
    if (compared && before !== after) this.#faults.push('lines that were refused have changed the state');
    await this.#end(scene);
    const refusedCount = refused.reduce((sum, { lines }) => sum + lines.length, 0);
    return { lines: this.#lines, refused: refusedCount, compared, faults: this.#faults };
  }

  async #send(parts: readonly Part[]): Promise<Talk[]> {
    const talks = parts.map(({ door, lines, ending, pieces }) => {
      this.#lines += lines.length;
      return new Talk({ path: this.#daemon[door], lines, ending, pieces });
    });
    this.#talks.push(...talks);
    await Promise.all(talks.map((talk) => talk.write()));
    return talks;
  }

  async #sendTexts(texts: readonly string[]): Promise<void> {
    this.#lines += texts.length;
    for (const line of texts) {
      const fault = await faultOfTextLine(this.#daemon.control, [line, '{"v":1,"id":"1","type":"daemon.pause"}']);
      if (fault !== undefined) this.#faults.push(fault);
    }
  }

  // What runs out by itself would change the state while nobody writes.
  async #calm(): Promise<void> {
    const asks = await pendingAsks(this.#operator);
    const timed = asks.filter(({ expires_at }) => expires_at !== undefined);
    await Promise.all(timed.map(({ ask_id }) => this.#program.request('ask.cancel', { ask_id })));
  }

  async #end({ sessionId }: Scene): Promise<void> {
    const live = await liveSessions(this.#operator);
    const ids = new Set([sessionId, ...live.map(({ session_id }: Session) => session_id)]);
    await Promise.all([...ids].map((session_id) => this.#operator.request('session.abort', { session_id })));
    await this.#operator.request('daemon.resume');
    await Promise.all(this.#talks.map((talk) => talk.finish()));
    this.#faults.push(...this.#talks.flatMap(({ faults }) => faults));
    this.#program.close();
    this.#operator.close();
  }
}

/** The lines that were not answered with yes. One that vanished has heard nothing, so it is not known of its lines. */
function refusedOf(part: Part, accepted: ReadonlySet<string>): Part {
  const isRefused = (line: string): boolean => {
    const id = headOf(line)?.id;
    return typeof id !== 'string' || !accepted.has(id);
  };
  const lines = part.ending === 'vanishes' || part.ending === 'too large' ? [] : part.lines.filter(isRefused);
  return { ...part, lines, ending: 'stays' };
}
