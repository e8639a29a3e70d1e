import type { HumanInput, JournalEvent, Message } from '@proj/protocol';
import type { Journal } from '../journal/journal.ts';
import type { Projection } from '../method.ts';

/** What was said in a session: messages of its log, and inputs from people. Both are rows that stay with it. */
export class Conversation implements Projection {
  #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  messages(sessionId: string, afterSeq: number, limit: number): Message[] {
    return this.#journal.messages.list(sessionId, afterSeq, limit);
  }

  nextInput(sessionId: string, afterSeq: number): { input: HumanInput; seq: number } | undefined {
    const row = this.#journal.inputs.next(sessionId, afterSeq);
    return row === undefined ? undefined : { input: JSON.parse(row.input), seq: row.seq };
  }

  findInput(sessionId: string, inputId: string): { input: HumanInput; seq: number } | undefined {
    const row = this.#journal.inputs.findById(sessionId, inputId);
    return row === undefined ? undefined : { input: JSON.parse(row.input), seq: row.seq };
  }

  apply(event: JournalEvent): void {
    if (event.session_id === undefined) return;
    if (event.type === 'session.logged') this.#journal.messages.put(event.session_id, event.payload);
    if (event.type !== 'session.input') return;
    const { input_id: inputId, ...input } = event.payload;
    this.#journal.inputs.put(event.session_id, { seq: event.seq, inputId, input: JSON.stringify(input) });
  }

  save(): void {}

  load(): void {}
}
