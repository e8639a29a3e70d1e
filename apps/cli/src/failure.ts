import { exitCodes } from './exit-codes.ts';

export interface FailureOptions {
  /** What `proj` ends with; `usage` by default. */
  exitCode?: number;
  /** What to do next. */
  hint?: string;
}

/** A failure that is told to the person in its own words: message, hint, exit code, no stack. */
export class Failure extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, options: FailureOptions = {}) {
    super(message);
    this.name = 'Failure';
    this.exitCode = options.exitCode ?? exitCodes.usage;
    this.hint = options.hint;
  }
}
