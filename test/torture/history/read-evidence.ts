import type { Ask, JournalEvent } from '@proj/protocol';
import { openLineClient } from '../actors/line-client.ts';
import type { Evidence, JournaledLine } from './evidence.ts';
import { History } from './history.ts';

/**
 * Reads from a daemon that was started anew what is on the disk, and puts it beside what the clients saw. Every
 * unfiltered reader is expected to have got all of it when `readersReached` says so.
 */
export async function readEvidence(
  control: string,
  history: History,
  { readersReached = false }: { readersReached?: boolean } = {},
): Promise<Evidence> {
  // A history of its own: what the judge does is not judged.
  const own = new History();
  const stream = own.openStream('judge');
  const client = await openLineClient(control, { name: 'judge', history: own, stream });
  stream.begin(0);
  const { head_seq } = await client.demand<{ head_seq: number }>('events.subscribe', { after_seq: 0 });
  await Promise.race([stream.reached(head_seq), client.closed.then(() => refuse(client.goodbye))]);
  await client.demand('events.unsubscribe');
  const asks = await readAsks((payload) => client.demand('ask.list', payload));
  client.close();
  return {
    operations: history.operations,
    streams: history.streams,
    seen: history.lines.first,
    differing: history.lines.differing,
    journal: stream.stretches.flatMap(({ seqs }) => seqs.map((seq) => journaled(own.lines.first.get(seq) ?? ''))),
    asks,
    reachedSeq: readersReached ? head_seq : 0,
  };
}

async function readAsks(list: (payload: object) => Promise<{ asks: Ask[]; next?: string }>): Promise<Ask[]> {
  const asks: Ask[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit: 500, ...(after !== undefined && { after }) });
    asks.push(...page.asks);
    after = page.next;
  } while (after !== undefined);
  return asks;
}

function journaled(line: string): JournaledLine {
  return { event: JSON.parse(line) as JournalEvent, line };
}

function refuse(goodbye: string | undefined): never {
  throw new Error(`the judge was cut off: ${goodbye}`);
}
