import type { Ask, Session } from '@proj/protocol';
import type { LineClient } from '../actors/line-client.ts';

/** Both doors of a daemon. */
export interface Doors {
  program: LineClient;
  operator: LineClient;
}

type Draw = () => string;

// In flight at once, of each way to say something.
const AT_ONCE = 20;

/** Opens a session that says so many hostile things in every way a session can, and returns its id. */
export async function fillSession({ program, operator }: Doors, draw: Draw, events: number): Promise<string> {
  const session_id = await openSession(program, draw);
  const says: readonly (() => Promise<unknown>)[] = [
    () => emit(program, session_id, { event_type: 'agent_output', stream: 'stderr', content: draw() }),
    () => emit(program, session_id, { event_type: 'status_update', message: draw() }),
    () => emit(program, session_id, { event_type: 'waiting_for_input', prompt: draw() }),
    () => emit(program, session_id, { event_type: 'draft_ready', draft_id: 'd', summary: draw(), artifact_count: 1 }),
    () => program.demand('session.log', { session_id, sender: 'agent', content: draw() }),
    () => operator.demand('session.input', { session_id, input: { input_type: 'message', text: draw() } }),
  ];
  const bunch = Array.from({ length: AT_ONCE }, () => says).flat();
  for (let at = 0; at < events; at += bunch.length) await Promise.all(bunch.map((say) => say()));
  return session_id;
}

/** Opens one ask of each kind, with something hostile in each field that holds text. */
export async function fillAsks({ program }: Doors, draw: Draw): Promise<Ask[]> {
  const session_id = await openSession(program, draw);
  const options = ['a', 'b'].map((value) => ({ label: draw(), value, description: draw() }));
  const text = { session_id, message: draw(), description: draw(), subject: draw() };
  const said = { ...text, context: [{ name: draw(), value: draw(), url: draw() }] };
  const item = { item_id: 'i', label: draw(), kind: 'choice', message: draw(), options };
  const kinds = [
    { kind: 'approval', label: draw() },
    { kind: 'review' },
    { kind: 'choice', options },
    { kind: 'input', default_value: draw() },
    { kind: 'form', items: [item] },
  ];
  const opened = await Promise.all(kinds.map((kind) => program.demand<{ ask: Ask }>('ask.open', { ...said, ...kind })));
  return opened.map(({ ask }) => ask);
}

/** Settles asks with hostile words: by an answer with a reason and a name, and by taking them back. */
export async function settleSome({ program, operator }: Doors, draw: Draw, asks: readonly Ask[]): Promise<void> {
  const claims = () => ({ reason: draw(), responder_name: draw() });
  for (const { ask_id, kind } of asks) {
    if (kind === 'input') await operator.demand('ask.answer', { ask_id, value: draw(), ...claims() });
    else if (kind === 'review') await operator.demand('ask.answer', { ask_id, value: 'reject', ...claims() });
    else await program.demand('ask.cancel', { ask_id, reason: draw() });
  }
}

async function openSession(program: LineClient, draw: Draw): Promise<string> {
  const { session } = await program.demand<{ session: Session }>('session.open', { name: draw() });
  return session.session_id;
}

function emit(program: LineClient, session_id: string, event: object): Promise<unknown> {
  return program.demand('session.emit', { session_id, event });
}
