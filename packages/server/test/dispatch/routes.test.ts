import { methodTable, type Socket } from '@proj/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { createClient, createRig, payloadOf } from '../support/rig.ts';
import { tempDirectory } from '../support/temp-directory.ts';

test.each<Socket>(['runtime', 'control'])(
  'on %s every type that is offered has a method, and hello names them all',
  (socket) => {
    const rig = createRig({ dir: tempDirectory() });
    onTestFinished(() => rig.close());
    const offered = methodTable.filter(({ sockets, stability }) => sockets.includes(socket) && stability === 'stable');
    const client = {
      ...createClient(socket, 'cli_1'),
      connectedAt: '',
      inFlight: 0,
      clientName: undefined,
      disconnect: () => {},
    };
    rig.core.clients.add(client);
    const types = offered.map(({ type }) => type);
    expect(payloadOf(rig.ask(client, 'hello'))['capabilities']).toEqual(types);
    const answers = types.map((type) => [type, rig.ask(client, type)] as const);
    const faults = answers.filter(([, reply]) => 'error' in reply && reply.error.code !== 'invalid_payload');
    expect(faults).toEqual([]);
    expect(rig.logged).toEqual([]);
  },
);
