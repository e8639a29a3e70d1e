import type { AskAnswerReply } from '@proj/protocol';
import { gutter, safeLine } from '../safe-text.ts';
import { shortId } from './short-id.ts';
import { valueText } from './values.ts';

/** What became of an answer; of a lost one also what won, and by which door. */
export function verdictText({ verdict, ask }: AskAnswerReply): string {
  const head = `${verdict}: ${shortId(ask.ask_id)}`;
  const { answer } = ask;
  if (verdict === 'expired') return `${head} had expired`;
  if (verdict === 'cancelled') return `${head} had been cancelled`;
  if (answer === undefined) return `${head} is ${ask.state}`;
  const how =
    verdict === 'won'
      ? 'is answered'
      : `was answered ${answer.timed_out ? 'by its default' : `via ${answer.channel_id}`}`;
  const value = ask.secret === true ? '(secret)' : valueText(ask.kind, answer.value);
  return `${head} ${how} ${gutter}${safeLine(value)}`;
}
