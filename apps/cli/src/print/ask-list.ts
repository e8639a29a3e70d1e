import type { Ask } from '@proj/protocol';
import { gutter, safeLine } from '../safe-text.ts';
import { facts } from './ask-card.ts';
import { shortId } from './short-id.ts';
import { table } from './table.ts';

export interface ListOptions {
  nowMs: number;
  width?: number | undefined;
}

/** One line an ask: what the daemon knows, then the gutter and what the asker says. */
export function askList(asks: Ask[], { nowMs, width }: ListOptions): string[] {
  if (asks.length === 0) return ['no asks'];
  const rows = asks.map((ask) => [
    shortId(ask.ask_id),
    ask.kind,
    facts(ask, nowMs),
    shortId(ask.session_id),
    says(ask),
  ]);
  return table(['ASK', 'KIND', 'STATE', 'SESSION', `${gutter}SAYS`], rows, width);
}

function says({ risk, session_name: name, message }: Ask): string {
  return gutter + safeLine(`${risk === undefined ? '' : `[${risk}] `}${name}: ${message}`);
}
