import type {
  BuiltType,
  By,
  JournaledPayloads,
  JournaledType,
  JournalEvent,
  MethodType,
  Peer,
  ReplyOf,
  RequestOf,
  Socket,
} from '@proj/protocol';

/** Who sent a request. */
export interface Caller {
  readonly clientId: string;
  readonly socket: Socket;
  readonly channelId: string;
  /** Its process, where that can be known. */
  readonly peer?: Peer | undefined;
}

/**
 * What a method gives when the reply has to wait for something: the reply is `look()` as soon as an event of the topic
 * makes it there, or `giveUp()` at the timeout.
 */
export class Waiting<Reply> {
  readonly topic: string;
  readonly timeoutMs: number | undefined;
  readonly look: () => Reply | undefined;
  readonly giveUp: () => Reply;

  constructor(wait: {
    topic: string;
    timeoutMs: number | undefined;
    look: () => Reply | undefined;
    giveUp: () => Reply;
  }) {
    this.topic = wait.topic;
    this.timeoutMs = wait.timeoutMs;
    this.look = wait.look;
    this.giveUp = wait.giveUp;
  }
}

/**
 * Looks at state, appends events and returns the reply's payload, all in one go: nothing else runs between a check and
 * its effect. It throws a ProtocolError before it has appended anything, or not at all.
 */
export type Method<S extends Socket, T extends MethodType<S>> = (
  payload: RequestOf<S, T>,
  caller: Caller,
) => ReplyOf<S, T> | Waiting<ReplyOf<S, T>>;

export type MethodsOf<S extends Socket, T extends BuiltType<S>> = {
  readonly [Type in T]: Method<S, Type & MethodType<S>>;
};

/** Where and when an event stands. */
export interface Stamp {
  seq: number;
  at: string;
}

/** An event to be: the payload is made when its place in the journal is known. */
export type EventDraft = {
  [T in JournaledType]: { type: T; session_id?: string; by?: By; payload: (stamp: Stamp) => JournaledPayloads[T] };
}[JournaledType];

/**
 * Appends an event to the journal and applies it to all state. It is acknowledged when the turn has been committed.
 * @throws ProtocolError `invalid_payload` where the event's line would be above the frame limit, `storage_failed` where
 * the journal cannot be written. Nothing has changed then.
 */
export type Append = (draft: EventDraft) => JournalEvent;

/** A part of the state that events change. */
export interface Projection {
  /** The transition: what the event changes. Runs when the event is appended. */
  apply(event: JournalEvent): void;
  /** Writes the rows that `apply` changed, in the transaction of the events. */
  save(): void;
  /** Forgets everything and reads the rows: at start, and after a commit that failed. */
  load(): void;
}

export function byOf({ clientId, channelId, peer }: Caller, responderId?: string): By {
  return {
    client_id: clientId,
    channel_id: channelId,
    ...(responderId !== undefined && { responder_id: responderId }),
    ...(peer && { peer }),
  };
}
