import type { Ask, Peer, RequestOf } from '@proj/protocol';
import { forbidden } from '../errors.ts';
import type { Caller } from '../method.ts';
import { lineageOf, variableOf } from '../process-tree.ts';

export interface SelfAnswerDeps {
  /** Who opened the ask, as long as the journal knows. */
  askerOf: (askId: string) => Peer | undefined;
  /** Whether the process that asked, or one it started, may answer. */
  selfAnswer: () => 'allow' | 'refuse';
}

// What the command's own `ask --here` says of itself: a person at the asker's terminal.
const SELF = 'self';
const SESSION = 'PROJ_SESSION_ID';

/**
 * A program must not approve its own ask by accident. A guardrail and no wall: it could leave its process tree.
 * @throws ProtocolError `forbidden` (`self_answer`)
 */
export function refuseSelfAnswer(
  deps: SelfAnswerDeps,
  ask: Ask,
  request: RequestOf<'control', 'ask.answer'>,
  { peer }: Caller,
): void {
  if (peer?.pid === undefined) return;
  const { lineage, sessions } = familyOf(peer, peer.pid);
  if (sessions.has(ask.session_id)) throw refused();
  if (deps.selfAnswer() === 'allow' || request.responder_id === SELF) return;
  const asker = deps.askerOf(ask.ask_id)?.pid;
  if (asker !== undefined && lineage.includes(asker)) throw refused();
}

interface Family {
  lineage: readonly number[];
  /** The sessions that the process or an ancestor was started inside. */
  sessions: ReadonlySet<string>;
}

// Read when a connection answers first: later an ancestor may have ended, and nobody could tell.
const families = new WeakMap<Peer, Family>();

function familyOf(peer: Peer, pid: number): Family {
  const known = families.get(peer);
  if (known !== undefined) return known;
  const lineage = lineageOf(pid);
  const sessions = new Set(lineage.flatMap((each) => variableOf(each, SESSION) ?? []));
  const family = { lineage, sessions };
  families.set(peer, family);
  return family;
}

function refused() {
  return forbidden('self_answer', 'the ask is of the session or the process tree that this answer comes from');
}
