import type { Ask, JournalEvent, PushEvent, SessionEvent } from '@proj/protocol';
import { agentBlock, gutter, safeLine } from '../safe-text.ts';
import { outcome } from './ask-card.ts';
import { clockTime } from './clock.ts';
import { jsonLine } from './json.ts';
import { shortId } from './short-id.ts';
import { valueText } from './values.ts';

/** What an event says: the part the daemon vouches for, and the part a client wrote. */
interface Told {
  fact: string;
  said?: string | undefined;
}

type FeedEvent = JournalEvent | PushEvent;
type InputFields = Pick<
  Extract<FeedEvent, { type: 'session.input' }>['payload'],
  'input_type' | 'text' | 'draft_id' | 'artifact_uri' | 'reason'
>;

/** An event as one display line: time and facts, then the gutter and what was said, on the same line. */
export function eventLine(event: FeedEvent): string {
  const { fact, said } = tell(event);
  const head = `${clockTime(event.at)} ${safeLine(fact)}`;
  return said === undefined ? head : `${head} ${gutter}${safeLine(said.replace(/\n$/, ''))}`;
}

/** The same with what was said on lines of its own where it has several. */
export function eventLines(event: FeedEvent, width?: number): string[] {
  const { said } = tell(event);
  if (said === undefined || !said.replace(/\n$/, '').includes('\n')) return [eventLine(event)];
  const { fact } = tell(event);
  return [`${clockTime(event.at)} ${safeLine(fact)}`, ...agentBlock(said, { width, indent: '  ' })];
}

// A person's input to a session, as one phrase.
function inputText({ input_type: type, text, draft_id: draft, artifact_uri: uri, reason }: InputFields): string {
  if (type === 'message') return `message: ${text ?? ''}`;
  const named = [type, draft, uri].filter((part) => part !== undefined).join(' ');
  return reason === undefined ? named : `${named}: ${reason}`;
}

function tell(event: FeedEvent): Told {
  const session = event.session_id === undefined ? '' : `${shortId(event.session_id)} `;
  switch (event.type) {
    case 'session.opened':
      return { fact: `${session}opened`, said: event.payload.name };
    case 'session.changed':
      return { fact: `${session}is ${event.payload.state}`, said: event.payload.state_reason };
    case 'session.event':
      return sessionEvent(session, event.payload);
    case 'session.logged':
      return { fact: `${session}message`, said: `${event.payload.sender}: ${event.payload.content}` };
    case 'session.input':
      return { fact: `${session}input`, said: inputText(event.payload) };
    case 'ask.opened':
      return {
        fact: `${session}asks ${shortId(event.payload.ask_id)} (${event.payload.kind})`,
        said: event.payload.message,
      };
    case 'ask.settled':
      return {
        fact: `${session}${shortId(event.payload.ask_id)} ${outcome(event.payload)}`,
        said: settledWith(event.payload),
      };
    case 'daemon.changed':
      return { fact: `daemon ${event.payload.change}`, said: event.payload.reason };
    case 'client.connected':
      return {
        fact: `client ${shortId(event.payload.client_id)} connected to ${event.payload.socket}`,
        said: event.payload.client,
      };
    case 'client.disconnected':
      return {
        fact: `client ${shortId(event.payload.client_id)} left ${event.payload.socket}`,
        said: event.payload.reason,
      };
    default:
      // Terminals, and types that a later daemon adds.
      return { fact: `${session}${event.type}`, said: jsonLine(event.payload) };
  }
}

function sessionEvent(session: string, event: SessionEvent): Told {
  switch (event.event_type) {
    case 'agent_output':
      return { fact: `${session}${event.stream}`, said: event.content };
    case 'draft_ready':
      return { fact: `${session}draft`, said: `${event.draft_id} (${event.artifact_count}): ${event.summary}` };
    case 'goal_complete':
      return { fact: `${session}goal complete`, said: event.goal_id };
    case 'waiting_for_input':
      return { fact: `${session}waits for input`, said: event.prompt };
    case 'status_update':
      return { fact: `${session}status`, said: event.message };
    default:
      return { fact: `${session}event`, said: jsonLine(event) };
  }
}

function settledWith({ kind, secret, answer, state_reason: reason }: Ask): string | undefined {
  if (answer === undefined) return reason;
  const value = secret === true ? '(secret)' : valueText(kind, answer.value);
  return [value, answer.reason].filter((part) => part !== undefined).join(': ');
}
