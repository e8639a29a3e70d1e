import type { Command } from 'commander';
import type { Io } from './io.ts';
import { safeLine } from './safe-text.ts';

/** What the commands have in common: the way in and out, and the exit code of what ran. */
export interface Cli {
  io: Io;
  exitCode: number;
}

export interface LeafSpec {
  /** Name and arguments, as `answer <ask> <value>`. */
  usage: string;
  about: string;
  /** Command lines, shown under the options. */
  examples: readonly string[];
  /** What else the reader of `--help` has to know. */
  notes?: string;
}

/** Adds a command that does something. */
export function leaf(parent: Command, spec: LeafSpec): Command {
  return described(parent.command(spec.usage), spec);
}

/** Adds a command that only holds others. */
export function branch(parent: Command, name: string, about: string): Command {
  return withExamplesOfCommands(parent.command(name).description(about));
}

/**
 * Adds `list`, which is also what its parent does alone. The parent hands it every word that names no command of its
 * own, so a word that is left over is a mistyped command.
 */
export function defaultLeaf(parent: Command, spec: LeafSpec): Command {
  return described(parent.command(spec.usage, { isDefault: true }), spec)
    .allowExcessArguments()
    .hook('preAction', (_parent, self) => {
      const [word] = self.args;
      const verbs = parent.commands.map((command) => command.name()).join(', ');
      if (word !== undefined)
        self.error(`error: unknown command '${safeLine(word)}'\n(${parent.name()} has: ${verbs})`);
    });
}

/** Adds an example of each command in it to the help of one that only holds others. */
export function withExamplesOfCommands(command: Command): Command {
  return command.addHelpText('after', () => exampleText(command.commands.flatMap(firstExample)));
}

/** An option that may be given several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

const examplesOf = new WeakMap<Command, readonly string[]>();

function described(command: Command, { about, examples, notes }: LeafSpec): Command {
  examplesOf.set(command, examples);
  const more = notes === undefined ? '' : `\n${notes}\n`;
  return command.description(about).addHelpText('after', `${more}${exampleText(examples)}`);
}

function firstExample(command: Command): readonly string[] {
  return (examplesOf.get(command) ?? command.commands.flatMap(firstExample)).slice(0, 1);
}

function exampleText(examples: readonly string[]): string {
  return ['\nExamples:', ...examples.map((line) => `  $ ${line}`)].join('\n');
}
