import type { Ask, Message, RequestOf, Session } from '@proj/protocol';
import type { Connection } from './connection.ts';

type Requests = Pick<Connection<'control'>, 'request'>;

interface Page<Row, Place> {
  rows: Row[];
  next: Place | undefined;
}

// The most rows a list gives at once.
const limit = 500;

/** All rows of `session.list` from `after` on. */
export function readSessions(
  requests: Requests,
  { after, ...filter }: RequestOf<'control', 'session.list'>,
): Promise<Session[]> {
  return readAll(after, async (place) => {
    const from = place === undefined ? {} : { after: place };
    const { sessions, next } = await requests.request('session.list', { ...filter, limit, ...from });
    return { rows: sessions, next };
  });
}

/** All rows of `ask.list` from `after` on. */
export function readAsks(requests: Requests, { after, ...filter }: RequestOf<'control', 'ask.list'>): Promise<Ask[]> {
  return readAll(after, async (place) => {
    const from = place === undefined ? {} : { after: place };
    const { asks, next } = await requests.request('ask.list', { ...filter, limit, ...from });
    return { rows: asks, next };
  });
}

/** All of a session's messages after the given `seq`. */
export function readMessages(requests: Requests, sessionId: string, afterSeq: number): Promise<Message[]> {
  return readAll<Message, number>(afterSeq, async (place = 0) => {
    const { messages, next } = await requests.request('session.messages', {
      session_id: sessionId,
      after_seq: place,
      limit,
    });
    return { rows: messages, next };
  });
}

async function readAll<Row, Place>(
  from: Place | undefined,
  readPage: (place: Place | undefined) => Promise<Page<Row, Place>>,
): Promise<Row[]> {
  const all: Row[] = [];
  let page = await readPage(from);
  for (; page.next !== undefined; page = await readPage(page.next)) all.push(...page.rows);
  return [...all, ...page.rows];
}
