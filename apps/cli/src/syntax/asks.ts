import type { AskKind } from '@proj/protocol';
import { type Command, Option } from 'commander';
import { branch, type Cli, collect, defaultLeaf, leaf } from '../cli.ts';
import type { AnswerOptions } from '../commands/answer.ts';
import type { AskListOptions } from '../commands/asks/list.ts';
import type { AskOptions } from '../commands/asks/open.ts';
import type { AskShowOptions } from '../commands/asks/show.ts';

/** `ask …`, `asks …`, `answer` */
export function addAskCommands(program: Command, cli: Cli): void {
  addAsking(program, cli);
  addReading(program, cli);
  addAnswer(program, cli);
}

const exits = 'Exit codes: 0 answered or yes, 1 no, 3 expired, 4 cancelled, 69 no daemon, 75 still pending.';
const kinds: Record<AskKind, { about: string; examples: string[] }> = {
  approval: {
    about: 'ask for a yes or a no',
    examples: [
      'proj ask approval "Deploy 1.4.2?" --risk destructive --timeout 30m && ./deploy.sh',
      'proj ask approval "Rotate keys?" --key rotate-keys --no-wait',
      'proj ask approval "Go on?" --timeout 10m --default yes --on-timeout use_default',
    ],
  },
  choice: {
    about: 'ask for one option, or several',
    examples: ['proj ask choice "Where to?" --option Staging=stg --option Production=prod --default stg'],
  },
  input: {
    about: 'ask for a text, or for what --schema says',
    examples: [
      'proj ask input "Release note?"',
      'proj ask input "Token?" --secret',
      `proj ask input "How many?" --schema '{"type":"integer"}'`,
    ],
  },
  form: {
    about: 'ask for several values at once; the answer is a JSON object',
    examples: [
      `proj ask form "Release" --item 'version!=input:Version' --item 'where=choice:Where:staging|production'`,
    ],
  },
  review: {
    about: 'ask for a review: approve, or reject for a reason',
    examples: ['git diff | proj ask review "Merge this?" --description -'],
  },
};

function addAsking(program: Command, cli: Cli): void {
  const ask = branch(program, 'ask', 'ask a person and wait for the answer, which alone goes to standard output');
  for (const kind of ['approval', 'choice', 'input', 'form', 'review'] as const) {
    const command = leaf(ask, {
      usage: `${kind} <message>`,
      ...kinds[kind],
      notes: `MESSAGE or --description - reads standard input.\n${exits}`,
    });
    addOwnOptions(command, kind);
    addCommonOptions(command).action(async (message: string, _options: unknown, self: Command) => {
      const { ask: run } = await import('../commands/asks/open.ts');
      const given = self.optsWithGlobals<Omit<AskOptions, 'kind' | 'message'>>();
      cli.exitCode = await run({ kind, message, ...given }, cli.io);
    });
  }
}

function addOwnOptions(command: Command, kind: AskKind): void {
  if (kind === 'choice') {
    command
      .option('--option <label=value>', 'an option; give it for each', collect)
      .option('--multiple', 'several may be chosen');
  }
  if (kind === 'input') {
    command
      .option('--schema <json>', 'what the value must be')
      .option('--secret', 'the answer reaches this command only');
  }
  if (kind === 'form') {
    command.option('--item <id=kind:label>', 'a field, `id!=` a required one; or the item as JSON', collect);
  }
}

function addCommonOptions(command: Command): Command {
  return command
    .option('--session <id>', 'ask in this session (default: PROJ_SESSION_ID, else one of its own)')
    .option('--name <name>', 'name the session of its own')
    .option('--key <key>', 'the same key finds the same ask again, until its answer was handed over')
    .option('--description <text>', 'more than the question')
    .addOption(new Option('--risk <risk>', 'what a yes may do').choices(['read', 'safe_write', 'destructive']))
    .addOption(new Option('--urgency <urgency>', 'how much waits').choices(['blocking', 'advisory', 'informational']))
    .option('--subject <name>', 'what it is about')
    .option('--context <name=value>', 'a fact to decide by; give it for each', collect)
    .option('--timeout <duration>', 'when it expires, as 30m (default: never)')
    .addOption(new Option('--on-timeout <what>', 'what then').choices(['expire', 'use_default']))
    .option('--default <value>', 'the answer that is proposed')
    .option('--here', 'also prompt for the answer at this terminal, which is recorded as self-answered')
    .option('--no-wait', 'print the id of the ask and end with 75');
}

function addReading(program: Command, cli: Cli): void {
  const asks = branch(program, 'asks', 'see asks; alone it lists the pending ones');
  defaultLeaf(asks, {
    usage: 'list',
    about: 'list asks in order of creation',
    examples: ['proj asks', 'proj asks --state all --json'],
  })
    .addOption(
      new Option('--state <state>', 'only these')
        .choices(['pending', 'answered', 'expired', 'cancelled', 'all'])
        .default('pending'),
    )
    .option('--session <session>', 'only of this session')
    .action(async (_options: unknown, self: Command) => {
      const { listAsks } = await import('../commands/asks/list.ts');
      cli.exitCode = await listAsks(self.optsWithGlobals<AskListOptions>(), cli.io);
    });

  leaf(asks, { usage: 'show <ask>', about: 'show an ask whole', examples: ['proj asks show ask_91c0'] }).action(
    async (ask: string, _options: unknown, self: Command) => {
      const { showAsk } = await import('../commands/asks/show.ts');
      cli.exitCode = await showAsk({ ask, ...self.optsWithGlobals<Omit<AskShowOptions, 'ask'>>() }, cli.io);
    },
  );
}

function addAnswer(program: Command, cli: Cli): void {
  leaf(program, {
    usage: 'answer <ask> <value>',
    about: 'answer an ask in plain words',
    examples: [
      'proj answer ask_91c0 yes',
      'proj answer ask_91c0 stg',
      'proj answer ask_91c0 1,3',
      'proj answer ask_91c0 reject --reason "no tests"',
      `proj answer ask_91c0 --json-value '{"version":"1.4.2"}'`,
      'pass show token | proj answer ask_91c0 -',
    ],
    notes: [
      'VALUE is yes or no; an option by value, label or number, several with commas; a text; a JSON object for a form.',
      'VALUE - reads standard input. Put -- before a value that begins with a dash.',
      'Exit codes: 0 won, 1 lost to another answer, 3 expired, 4 cancelled, 69 no daemon.',
    ].join('\n'),
  })
    .option('--reason <text>', 'why; a review is rejected for a reason')
    .option('--as <name>', 'answer under this name')
    .option('--json-value', 'VALUE is JSON, whatever the kind')
    .action(async (ask: string, value: string, _options: unknown, self: Command) => {
      const { answer } = await import('../commands/answer.ts');
      const given = self.optsWithGlobals<Omit<AnswerOptions, 'ask' | 'value'>>();
      cli.exitCode = await answer({ ask, value, ...given }, cli.io);
    });
}
