import { type Command, Option } from 'commander';
import { branch, type Cli, defaultLeaf, leaf } from '../cli.ts';
import type { LogOptions } from '../commands/log.ts';
import type { SessionInputOptions } from '../commands/sessions/input.ts';
import type { SessionListOptions } from '../commands/sessions/list.ts';
import type { SessionOptions } from '../commands/sessions/show.ts';
import type { SteerSessionOptions } from '../commands/sessions/steer.ts';

type Given<T extends SessionOptions> = Omit<T, 'session'>;

/** `sessions …` and `log` */
export function addSessionCommands(program: Command, cli: Cli): void {
  const sessions = branch(program, 'sessions', 'see and steer sessions; alone it lists them');
  addReading(sessions, cli);
  addSteering(sessions, cli);
  addInput(sessions, cli);

  leaf(program, {
    usage: 'log <session>',
    about: 'print what a session reported, asked and was told, oldest first',
    examples: ['proj log ses_3f2a', 'proj log ses_3f2a --follow', 'proj log ses_3f2a --json | jq .type'],
  })
    .option('-f, --follow', 'go on as it happens')
    .action(async (session: string, _options: unknown, self: Command) => {
      const { log } = await import('../commands/log.ts');
      cli.exitCode = await log({ session, ...self.optsWithGlobals<Given<LogOptions>>() }, cli.io);
    });
}

function addReading(sessions: Command, cli: Cli): void {
  const states = ['live', 'active', 'paused', 'completed', 'aborted', 'all'];
  defaultLeaf(sessions, {
    usage: 'list',
    about: 'list sessions in order of creation',
    examples: ['proj sessions', 'proj sessions --state all --json'],
  })
    .addOption(new Option('--state <state>', 'only these').choices(states).default('live'))
    .action(async (_options: unknown, self: Command) => {
      const { listSessions } = await import('../commands/sessions/list.ts');
      cli.exitCode = await listSessions(self.optsWithGlobals<SessionListOptions>(), cli.io);
    });

  leaf(sessions, {
    usage: 'show <session>',
    about: 'show a session whole',
    examples: ['proj sessions show ses_3f2a'],
  }).action(async (session: string, _options: unknown, self: Command) => {
    const { showSession } = await import('../commands/sessions/show.ts');
    cli.exitCode = await showSession({ session, ...self.optsWithGlobals<Given<SessionOptions>>() }, cli.io);
  });

  leaf(sessions, {
    usage: 'messages <session>',
    about: "print a session's conversation",
    examples: ['proj sessions messages ses_3f2a'],
  }).action(async (session: string, _options: unknown, self: Command) => {
    const { sessionMessages } = await import('../commands/sessions/messages.ts');
    cli.exitCode = await sessionMessages({ session, ...self.optsWithGlobals<Given<SessionOptions>>() }, cli.io);
  });
}

const steering = {
  pause: 'pause a session; only an operator resumes it',
  resume: 'resume a paused session',
  abort: 'end a session; its pending asks are cancelled',
} as const;

function addSteering(sessions: Command, cli: Cli): void {
  for (const verb of ['pause', 'resume', 'abort'] as const) {
    leaf(sessions, {
      usage: `${verb} <session>`,
      about: steering[verb],
      examples: [`proj sessions ${verb} ses_3f2a --reason "looks wrong"`],
    })
      .option('--reason <text>', 'why, for the session and the journal')
      .action(async (session: string, _options: unknown, self: Command) => {
        const { steerSession } = await import('../commands/sessions/steer.ts');
        const given = self.optsWithGlobals<Omit<Given<SteerSessionOptions>, 'verb'>>();
        cli.exitCode = await steerSession({ verb, session, ...given }, cli.io);
      });
  }
}

function addInput(sessions: Command, cli: Cli): void {
  leaf(sessions, {
    usage: 'input <session> [text]',
    about: 'say something to a session that it did not ask for',
    examples: [
      'proj sessions input ses_3f2a "use the other branch"',
      'git diff | proj sessions input ses_3f2a -',
      'proj sessions input ses_3f2a --reject draft-7 --reason "tests are missing"',
    ],
    notes: 'TEXT - reads standard input.',
  })
    .option('--approve <draft>', 'approve a draft')
    .option('--reject <draft>', 'reject a draft, with --reason')
    .option('--abort', 'ask the session to abort')
    .option('--artifact <uri>', 'only this artifact of the draft')
    .option('--reason <text>', 'why it is rejected')
    .action(async (session: string, text: string | undefined, _options: unknown, self: Command) => {
      const { inputToSession } = await import('../commands/sessions/input.ts');
      const given = self.optsWithGlobals<Given<SessionInputOptions>>();
      cli.exitCode = await inputToSession({ session, ...given, ...(text !== undefined && { text }) }, cli.io);
    });
}
