import type {
  Ask,
  AskKind,
  AskOpenReply,
  AskOpenRequest,
  AskOption,
  ContextItem,
  OnTimeout,
  OptionValue,
  Risk,
  Urgency,
  ValueSchema,
} from '@proj/protocol';
import type { Connection } from './connection.ts';
import { ClientError } from './errors.ts';
import { present } from './present.ts';
import { Slices } from './slices.ts';

/** An ask as it goes over the wire, without the session it belongs to. */
export type AskFields = Omit<AskOpenRequest, 'session_id'>;

/** What an ask may say beside its question. Each is left out by default. */
export interface AskOptions {
  /** The same key in one session finds the same ask again, also after a crash. The SDK makes one where none is given. */
  key?: string | undefined;
  description?: string | undefined;
  label?: string | undefined;
  urgency?: Urgency | undefined;
  risk?: Risk | undefined;
  subject?: string | undefined;
  context?: ContextItem[] | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** Milliseconds until it expires; without one it stays pending for ever. */
  timeoutMs?: number | undefined;
  /** `expire` unless said otherwise. */
  onTimeout?: OnTimeout | undefined;
  defaultValue?: unknown;
  /** Stops waiting with a `ClientError` `aborted`. The ask stays pending. */
  signal?: AbortSignal | undefined;
}

export interface InputOptions extends AskOptions {
  /** The value goes to the asker only: not into events, lists and logs. Takes no key and no default. */
  secret?: boolean | undefined;
  schema?: Extract<ValueSchema, { type: 'string' }> | undefined;
}

/** An option of a choice: a value that is its own label, or both. */
export type Choice = OptionValue | AskOption;

/** The value that choosing it gives. */
export type ChoiceValue<C extends Choice> = C extends { value: infer V } ? V : C;

interface Waiting {
  signal?: AbortSignal | undefined;
}

type Requests = Pick<Connection<'runtime'>, 'request'>;

/** The asks of one session, from the asker's side. */
export class Asks {
  readonly #requests: Requests;
  readonly #sessionId: string;

  constructor(requests: Requests, sessionId: string) {
    this.#requests = requests;
    this.#sessionId = sessionId;
  }

  open(fields: AskFields, { signal }: Waiting = {}): Promise<AskOpenReply> {
    return this.#requests.request('ask.open', { ...fields, session_id: this.#sessionId }, { signal });
  }

  async waitFor(askId: string, { timeoutMs, signal }: Waiting & { timeoutMs?: number | undefined } = {}): Promise<Ask> {
    const slices = new Slices(timeoutMs);
    for (;;) {
      const { ask } = await this.#requests.request(
        'ask.wait',
        { ask_id: askId, timeout_ms: slices.nextMs() },
        { signal },
      );
      if (ask.state !== 'pending' || slices.isOver) return ask;
    }
  }

  async ask(fields: AskFields, waiting: Waiting = {}): Promise<Ask> {
    const { ask } = await this.open(fields, waiting);
    return ask.state === 'pending' ? this.waitFor(ask.ask_id, waiting) : ask;
  }

  /** Only an answer that says true is a yes: no answer, whatever the reason, is a no. */
  async approval(message: string, options: AskOptions = {}): Promise<boolean> {
    const ask = await this.ask(toFields('approval', message, options), options);
    return ask.state === 'answered' && ask.answer?.value === true;
  }

  async choice<C extends Choice>(
    message: string,
    choices: readonly C[],
    options: AskOptions = {},
  ): Promise<ChoiceValue<C> | undefined> {
    const offered = choices.map(toOption);
    const ask = await this.ask({ ...toFields('choice', message, options), options: offered }, options);
    const chosen = offered.find(({ value }) => ask.state === 'answered' && value === ask.answer?.value);
    // It is one of the values offered.
    return chosen?.value as ChoiceValue<C> | undefined;
  }

  async input(message: string, options: InputOptions = {}): Promise<string | undefined> {
    const { secret, schema } = options;
    const ask = await this.ask({ ...toFields('input', message, options), ...present({ secret, schema }) }, options);
    const value = ask.state === 'answered' ? ask.answer?.value : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  /** Cancelling is final, so after a broken connection the ask itself tells whether it still has to be done. */
  async cancel(askId: string, reason?: string): Promise<Ask> {
    try {
      return (await this.#requests.request('ask.cancel', present({ ask_id: askId, reason }))).ask;
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'connection_lost') throw error;
      const { ask } = await this.#requests.request('ask.get', { ask_id: askId });
      return ask.state === 'pending' ? this.cancel(askId, reason) : ask;
    }
  }
}

function toFields(kind: AskKind, message: string, options: AskOptions): AskFields {
  const { key, description, label, urgency, risk, subject, context, metadata, timeoutMs, onTimeout, defaultValue } =
    options;
  const named = present({ key, description, label, urgency, risk, subject, context, metadata });
  const timing = present({ timeout_ms: timeoutMs, on_timeout: onTimeout, default_value: defaultValue });
  return { kind, message, ...named, ...timing };
}

function toOption(choice: Choice): AskOption {
  return typeof choice === 'object' ? choice : { label: String(choice), value: choice };
}
