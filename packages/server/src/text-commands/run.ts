import type { Asker, Dispatch } from '../dispatch/dispatch.ts';
import { parseTextCommand } from './grammar.ts';
import { printHelp, printOutcome } from './reply.ts';

/** A connection that closes after its one answer. */
export interface TextClient extends Asker {
  close(): void;
}

/** Runs a text command: the same request as its typed form, the answer in one line, then the connection closes. */
export function runTextCommand(dispatch: Dispatch, line: Uint8Array, client: TextClient): void {
  const command = parseTextCommand(line);
  // Before anything else: whatever follows on this connection is not for us, an HTTP request's body above all.
  client.close();
  const answer = (text: string): void => client.answer(text);
  switch (command.kind) {
    case 'unknown':
      return answer('ERR: unknown command');
    case 'help':
      return answer(printHelp());
    case 'new_session':
      // No session is supervised by a daemon that does not run programs.
      return answer('ERR: no supervised session');
    case 'request': {
      const envelope = {
        id: 'text',
        type: command.type,
        payload: {},
        strayField: false,
        payloadKeys: 0,
        forbidden: undefined,
      };
      return dispatch.perform(envelope, client, {
        done: (outcome) => answer(printOutcome(command.reply, outcome)),
        parked: () => false,
        unparked: () => {},
      });
    }
  }
}
