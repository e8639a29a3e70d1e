import {
  type Assurance,
  type HelloReply,
  type Limits,
  methodTable,
  PROTOCOL_VERSION,
  ProtocolError,
  type RequestOf,
  type Socket,
} from '@proj/protocol';
import { assuranceAgainst } from '../assurance.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { Caller, MethodsOf } from '../method.ts';
import type { Clients } from './clients.ts';

export interface ClientDeps {
  clients: Clients;
  clock: Clock;
  limits: () => Limits;
  version: string;
  assurance: () => Assurance;
}

export interface ClientMethods {
  runtime: MethodsOf<'runtime', 'hello' | 'ping'>;
  control: MethodsOf<'control', 'hello' | 'ping' | 'client.list' | 'client.disconnect'>;
}

export function clientMethods(deps: ClientDeps): ClientMethods {
  const greet = {
    hello: (payload: RequestOf<'control', 'hello'>, caller: Caller) => hello(deps, payload, caller),
    ping: ({ nonce }: RequestOf<'control', 'ping'>) => ({
      ...(nonce !== undefined && { nonce }),
      at: timestamp(deps.clock.now()),
    }),
  };
  return {
    runtime: greet,
    control: {
      ...greet,
      'client.list': () => ({ clients: deps.clients.all().map((each) => deps.clients.infoOf(each)) }),
      'client.disconnect': ({ client_id, reason }) => {
        deps.clients.get(client_id).disconnect(reason);
        return {};
      },
    },
  };
}

function hello(deps: ClientDeps, payload: RequestOf<'control', 'hello'>, caller: Caller): HelloReply {
  const { client, versions = [PROTOCOL_VERSION], channel_id } = payload;
  if (!versions.includes(PROTOCOL_VERSION)) {
    const details = { supported: [PROTOCOL_VERSION] };
    throw new ProtocolError('unsupported_version', `the daemon speaks version ${PROTOCOL_VERSION}`, { details });
  }
  const connection = deps.clients.get(caller.clientId);
  if (client !== undefined) connection.clientName = client;
  if (channel_id !== undefined) connection.channelId = channel_id;
  return {
    server: `proj/${deps.version}`,
    version: PROTOCOL_VERSION,
    client_id: caller.clientId,
    channel: caller.socket,
    limits: deps.limits(),
    capabilities: capabilitiesOf(caller.socket),
    assurance: caller.socket === 'control' ? deps.assurance() : assuranceAgainst(deps.assurance(), caller.peer),
  };
}

function capabilitiesOf(socket: Socket): string[] {
  const offered = methodTable.filter((row) => row.sockets.includes(socket) && row.stability === 'stable');
  return offered.map((row) => row.type);
}
