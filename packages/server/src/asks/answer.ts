import { isDeepStrictEqual } from 'node:util';
import {
  type Answer,
  type Ask,
  type Assurance,
  encodeAsciiBytes,
  type Limits,
  ProtocolError,
  type RequestOf,
  type Verdict,
} from '@proj/protocol';
import { assuranceAgainst } from '../assurance.ts';
import { timestamp } from '../clock.ts';
import { invalidField, usedForSomethingElse } from '../errors.ts';
import { byOf, type Caller } from '../method.ts';
import { faultOfValue } from './ask-value.ts';
import { refuseSelfAnswer, type SelfAnswerDeps } from './self-answer.ts';
import { expire, type SettleDeps, settle } from './settle.ts';

export interface AnswerDeps extends SettleDeps, SelfAnswerDeps {
  assurance: () => Assurance;
  limits: () => Limits;
}

// Room for the envelope around the asker's reply.
const ENVELOPE_BYTES = 1_024;

type AnswerRequest = RequestOf<'control', 'ask.answer'>;

/** Decides an answer: the first that fits wins, every other gets the verdict that the ask's state gives. */
export function answerAsk(deps: AnswerDeps, request: AnswerRequest, caller: Caller): { verdict: Verdict; ask: Ask } {
  const found = deps.asks.get(request.ask_id);
  const ask = found.state === 'pending' && deps.asks.isDue(found.ask_id) ? expire(deps, found) : found;
  if (ask.state !== 'pending') return { verdict: verdictOfSettled(ask, request), ask };
  refuseSelfAnswer(deps, ask, request, caller);
  refuseUnfit(ask, request);
  const answer = answerOf(deps, request, caller);
  if (ask.secret === true) refuseUnreadable({ ...ask, answer }, deps.limits().frame_bytes);
  const settled = settle(deps, ask, { state: 'answered', answer }, byOf(caller, answer.responder_id));
  if (ask.secret === true) deps.asks.keepSecret(ask, request.value);
  return { verdict: 'won', ask: settled };
}

function verdictOfSettled({ state, answer, secret }: Ask, request: AnswerRequest): Verdict {
  if (state === 'expired' || state === 'cancelled') return state;
  const isWinner = request.answer_id !== undefined && answer?.answer_id === request.answer_id;
  // Comparing would let anyone who saw the winner's id try secrets.
  if (!isWinner || secret === true) return 'lost';
  if (!isDeepStrictEqual(answer?.value, request.value)) throw usedForSomethingElse('answer_id');
  return 'won';
}

function refuseUnfit(ask: Ask, { value, reason }: AnswerRequest): void {
  const rejectsWithoutReason = ask.kind === 'review' && value === 'reject' && (reason ?? '').trim() === '';
  const fault = faultOfValue(ask, value) ?? (rejectsWithoutReason ? 'a rejection needs a reason' : undefined);
  if (fault !== undefined) throw new ProtocolError('invalid_answer', fault);
}

// The value is in no event, whose size would tell: what the asker could not be sent must not settle the ask.
function refuseUnreadable(asAskerSeesIt: Ask, frameBytes: number): void {
  if (encodeAsciiBytes(asAskerSeesIt) + ENVELOPE_BYTES > frameBytes)
    throw invalidField('/value', `would leave as a line above ${frameBytes} bytes`);
}

function answerOf(deps: AnswerDeps, request: AnswerRequest, { clientId, channelId, peer }: Caller): Answer {
  const { ask_id, value, reason, answer_id, responder_id, responder_name } = request;
  return {
    value,
    ...(reason !== undefined && { reason }),
    ...(answer_id !== undefined && { answer_id }),
    responder_id: responder_id ?? clientId,
    ...(responder_name !== undefined && { responder_name }),
    channel_id: channelId,
    answered_at: timestamp(deps.clock.now()),
    timed_out: false,
    assurance: assuranceOf(deps, ask_id),
    ...(peer && { peer }),
  };
}

// Who asked stands in the journal; it is looked up only where the level is more than the lowest.
function assuranceOf({ assurance, askerOf }: AnswerDeps, askId: string): Assurance {
  const inForce = assurance();
  return inForce === 'guardrail' ? inForce : assuranceAgainst(inForce, askerOf(askId));
}
