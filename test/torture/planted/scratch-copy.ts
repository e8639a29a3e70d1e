import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { runProgram } from './run-program.ts';

const root: string = join(import.meta.dirname, '../../..');

const LEFT_OUT = ['.git', '.turbo', 'coverage', '.pnpm', '.cache', '.vite', '.vite-temp', '.vitest-cache'];
const BUILD_MS = 300_000;

/**
 * A copy of the working tree in a private folder, with its build and without its packages from outside, which it
 * shares. What is changed or built there is seen nowhere else.
 */
export class ScratchCopy {
  readonly folder: string = mkdtempSync('/tmp/pp-');
  #remove = (): void => rmSync(this.folder, { recursive: true, force: true });

  constructor() {
    process.once('exit', this.#remove);
    const filter = (from: string): boolean => relative(root, from) === '' || !LEFT_OUT.includes(basename(from));
    cpSync(root, this.folder, { recursive: true, filter, verbatimSymlinks: true, preserveTimestamps: true });
    symlinkSync(join(root, 'node_modules/.pnpm'), join(this.folder, 'node_modules/.pnpm'));
  }

  /** Applies a patch and builds. @throws Error where it does not apply any more, or does not build. */
  async plant(patch: string): Promise<void> {
    const applied = await runProgram('git', ['apply', patch], { cwd: this.folder });
    if (applied.code !== 0) throw new Error(`${basename(patch)} does not apply: ${applied.text}`);
    await this.build();
  }

  async build(): Promise<void> {
    const tsc = join(this.folder, 'node_modules/typescript/bin/tsc');
    const built = await runProgram(process.execPath, [tsc, '-b'], { cwd: this.folder, timeoutMs: BUILD_MS });
    if (built.code !== 0) throw new Error(`the build failed: ${built.text}`);
  }

  remove(): void {
    process.off('exit', this.#remove);
    this.#remove();
  }
}
