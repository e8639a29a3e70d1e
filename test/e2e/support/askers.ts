import { connectRuntime } from '@proj/client';
import type { Exit, Program } from './program.ts';
import type { Daemon, Scene } from './scene.ts';
import type { Wire } from './wire.ts';

/** What each of them asks with, beside its question. */
export interface Timing {
  timeoutMs?: number;
  useDefault?: boolean;
}

/** One program on each surface that waits for an approval: bare lines, the SDK, the command. Each proposes a yes. */
export class Askers {
  #wire: Wire;
  #command: Program;
  #closeSdk: () => Promise<void>;
  #sdkSays: boolean | undefined;
  readonly #sdkDone: Promise<unknown>;

  static async ask(scene: Scene, daemon: Daemon, timing: Timing = {}): Promise<Askers> {
    const { timeoutMs, useDefault = false } = timing;
    const wire = await scene.connect(daemon.runtime);
    const { session } = await wire.request('session.open', { name: 'lines' });
    const onTimeout = useDefault ? 'use_default' : 'expire';
    const fields = { kind: 'approval', message: 'Lines?', default_value: true, on_timeout: onTimeout };
    const timed = { ...fields, ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }) };
    const { ask } = await wire.request('ask.open', { session_id: session.session_id, ...timed });
    wire.send('ask.wait', { ask_id: ask.ask_id });
    const runtime = await connectRuntime({ dir: daemon.dir });
    const sdk = await runtime.openSession({ name: 'sdk' });
    const options = { timeoutMs, defaultValue: true, onTimeout } as const;
    const sdkSays = sdk.askApproval('SDK?', options);
    const command = ['ask', 'approval', 'Command?', '--default', 'yes', ...commandTiming(timing)];
    const program = scene.startProj(daemon, command);
    await program.errorLine(/asked ask_/);
    return new Askers({ wire, command: program, sdkSays, closeSdk: () => runtime.close() });
  }

  private constructor(parts: {
    wire: Wire;
    command: Program;
    sdkSays: Promise<boolean>;
    closeSdk: () => Promise<void>;
  }) {
    this.#wire = parts.wire;
    this.#command = parts.command;
    this.#closeSdk = parts.closeSdk;
    this.#sdkDone = parts.sdkSays.then(
      (yes) => (this.#sdkSays = yes),
      (error: unknown) => error,
    );
  }

  /** Which surfaces took what they got for a yes. */
  get approved(): string[] {
    const lines = this.#wire.lines.some((line) => {
      const { ok, payload } = JSON.parse(line);
      return ok === true && payload.ask?.state === 'answered' && payload.ask.answer.value === true;
    });
    const command =
      this.#command.hasEnded && (this.#command.child.exitCode === 0 || this.#command.stdout.includes('yes'));
    return Object.entries({ lines, sdk: this.#sdkSays === true, command })
      .filter(([, yes]) => yes)
      .map(([name]) => name);
  }

  /** Resolves when SDK and command have come to an end by themselves. */
  async settled(): Promise<Exit> {
    await this.#sdkDone;
    return this.#command.exit;
  }

  /** They go away without a word. */
  async vanish(): Promise<void> {
    this.#wire.close();
    this.#command.kill('SIGKILL');
    await Promise.all([this.#closeSdk(), this.#command.exit, this.#sdkDone]);
  }
}

function commandTiming({ timeoutMs, useDefault }: Timing): string[] {
  const timeout = timeoutMs === undefined ? [] : ['--timeout', `${timeoutMs}ms`];
  return useDefault === true ? [...timeout, '--on-timeout', 'use_default'] : timeout;
}
