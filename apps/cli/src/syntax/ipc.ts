import { type Command, Option } from 'commander';
import { branch, type Cli, collect, leaf } from '../cli.ts';
import type { DoorOptions } from '../commands/ipc/door.ts';
import type { SendOptions } from '../commands/ipc/send.ts';
import type { ServeOptions } from '../commands/ipc/serve-sockets.ts';
import type { TailOptions } from '../commands/ipc/tail.ts';

/** `ipc …` */
export function addIpcCommands(program: Command, cli: Cli): void {
  const ipc = branch(program, 'ipc', 'serve the sockets, and the raw tools for them');
  addServe(ipc, cli);
  addPing(ipc, cli);
  addSend(ipc, cli);
  addTail(ipc, cli);
  leaf(ipc, { usage: 'types', about: 'list the request types and their doors', examples: ['proj ipc types'] }).action(
    async (_options: unknown, self: Command) => {
      const { types } = await import('../commands/ipc/types.ts');
      cli.exitCode = await types(self.optsWithGlobals<{ json?: boolean }>(), cli.io);
    },
  );
}

function addServe(ipc: Command, cli: Cli): void {
  leaf(ipc, {
    usage: 'serve-sockets',
    about: 'run the daemon in the foreground',
    examples: [
      'proj ipc serve-sockets',
      'proj ipc serve-sockets --dir ./here --idle-exit 60',
      'proj ipc serve-sockets --json 2>daemon.log',
    ],
    notes: [
      'Standard output gets one line when it is ready, standard error the log: JSON lines, or lines for people on a terminal.',
      'SIGTERM, SIGINT and SIGHUP end it in good order; a second one at once.',
      'Exit codes: 0 stopped, 2 the configuration is not valid, 73 the directory is in use or unsafe.',
    ].join('\n'),
  })
    .option('--idle-exit <duration>', 'end when unused for so long; a bare number is seconds')
    .option('--two-uid <group>', 'let the members of this group use runtime.sock, and nothing else')
    .option('--config <file>', 'the configuration file (default: config.yaml in DIR, or in the XDG directory)')
    .addOption(
      new Option('--log-level <level>', 'log nothing below it; the configuration may say less still').choices([
        'info',
        'warn',
        'error',
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const { serveSockets } = await import('../commands/ipc/serve-sockets.ts');
      cli.exitCode = await serveSockets(self.optsWithGlobals<ServeOptions>(), cli.io);
    });
}

function addPing(ipc: Command, cli: Cli): void {
  withDoor(
    leaf(ipc, {
      usage: 'ping',
      about: 'see whether a daemon answers',
      examples: ['proj ipc ping', 'proj ipc ping --runtime'],
    }),
  ).action(async (_options: unknown, self: Command) => {
    const { ping } = await import('../commands/ipc/ping.ts');
    cli.exitCode = await ping(self.optsWithGlobals<DoorOptions>(), cli.io);
  });
}

function addSend(ipc: Command, cli: Cli): void {
  const command = leaf(ipc, {
    usage: 'send <type> [payload]',
    about: 'send one request and print the reply line',
    examples: [
      'proj ipc send daemon.status',
      `proj ipc send session.open '{"name":"by hand"}'`,
      'jq -n \'{ask_id:"ask_91c0",timeout_ms:0}\' | proj ipc send ask.wait -',
    ],
    notes: 'PAYLOAD is a JSON object; - reads standard input. The door is the one that offers the type.',
  });
  withDoor(command)
    .option('--timeout <duration>', 'how long to wait for the reply', '5s')
    .action(async (type: string, payload: string | undefined, _options: unknown, self: Command) => {
      const { send } = await import('../commands/ipc/send.ts');
      const given = self.optsWithGlobals<Omit<SendOptions, 'type' | 'payload'>>();
      cli.exitCode = await send({ type, ...given, ...(payload !== undefined && { payload }) }, cli.io);
    });
}

function addTail(ipc: Command, cli: Cli): void {
  leaf(ipc, {
    usage: 'tail',
    about: 'print events as lines of JSON, as they happen',
    examples: ['proj ipc tail', 'proj ipc tail --after 0 --type ask.opened --type ask.settled'],
  })
    .option('--socket <path>', 'the control socket itself')
    .option('--after <seq>', 'begin after this event; 0 for all the journal holds (default: the newest)')
    .option('--session <session>', 'only events of this session')
    .option('--type <type>', 'only events of this type; give it for each', collect)
    .action(async (_options: unknown, self: Command) => {
      const { tail } = await import('../commands/ipc/tail.ts');
      cli.exitCode = await tail(self.optsWithGlobals<TailOptions>(), cli.io);
    });
}

function withDoor(command: Command): Command {
  return command
    .option('--socket <path>', 'the socket itself')
    .option('--runtime', 'runtime.sock, the door for programs')
    .option('--control', 'control.sock, the door for operators');
}
