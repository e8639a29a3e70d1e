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
  return parent.command(name).description(about);
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

/** An option that may be given several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

function described(command: Command, { about, examples, notes }: LeafSpec): Command {
  const more = [...(notes === undefined ? [] : [notes, '']), 'Examples:', ...examples.map((line) => `  $ ${line}`)];
  return command.description(about).addHelpText('after', `\n${more.join('\n')}`);
}
