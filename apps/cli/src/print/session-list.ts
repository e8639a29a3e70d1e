import type { Message, Session } from '@proj/protocol';
import { elapsedSince } from '../elapsed.ts';
import { agentBlock, gutter, safeLine } from '../safe-text.ts';
import type { ListOptions } from './ask-list.ts';
import { clockTime } from './clock.ts';
import { shortId } from './short-id.ts';
import { table } from './table.ts';

/** One line a session: what the daemon knows, then the gutter and the name its program gave it. */
export function sessionList(sessions: Session[], { nowMs, width }: ListOptions): string[] {
  if (sessions.length === 0) return ['no sessions'];
  const rows = sessions.map((session) => [
    shortId(session.session_id),
    session.state,
    session.connected ? 'connected' : 'away',
    String(session.pending_asks),
    elapsedSince(session.updated_at, nowMs),
    gutter + safeLine(session.name),
  ]);
  return table(['SESSION', 'STATE', 'PROGRAM', 'ASKS', 'QUIET', `${gutter}NAME`], rows, width);
}

/** A whole session. */
export function sessionCard(session: Session, { nowMs, width }: ListOptions): string[] {
  return [
    session.session_id,
    `${session.state}, program ${session.connected ? 'connected' : 'away'}, ${count(session.pending_asks, 'pending ask')}, ${count(session.message_count, 'message')}`,
    `opened ${elapsedSince(session.created_at, nowMs)} ago, last change ${elapsedSince(session.updated_at, nowMs)} ago`,
    ...said(session).flatMap((text) => agentBlock(text, { width })),
  ];
}

/** One message: the time, then sender and text behind the gutter. */
export function messageLines({ at, sender, content }: Message, width?: number): string[] {
  return agentBlock(`${sender}: ${content}`, { indent: `${clockTime(at)} `, width });
}

export function count(howMany: number, noun: string): string {
  return `${howMany} ${noun}${howMany === 1 ? '' : 's'}`;
}

function said(session: Session): string[] {
  const { name, key, agent_id, goal_id, channel_id, state_reason, draft_ids, metadata } = session;
  const fields = Object.entries({
    name,
    key,
    agent: agent_id,
    goal: goal_id,
    channel: channel_id,
    reason: state_reason,
  });
  return [
    ...fields.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`])),
    ...(draft_ids.length === 0 ? [] : [`drafts: ${draft_ids.join(', ')}`]),
    ...(metadata === undefined ? [] : [`metadata: ${JSON.stringify(metadata)}`]),
  ];
}
