import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runProgram } from './run-program.ts';

const CHECK_MS = 240_000;
const SCENARIO = 'torture:';

interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

/** Runs the checks in a copy of the tree and names the tests that failed, as `FILE: TITLE`. */
export async function failuresOf(folder: string, checks: readonly string[]): Promise<string[]> {
  const failures: string[] = [];
  for (const [packageDir, files] of filesByPackage(checks)) {
    failures.push(...(await failedTests(join(folder, packageDir), files)));
  }
  for (const check of checks) if (check.startsWith(SCENARIO)) failures.push(...(await failedScenario(folder, check)));
  return failures;
}

function filesByPackage(checks: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const check of checks) {
    if (check.startsWith(SCENARIO)) continue;
    const at = check.indexOf('/test/');
    const packageDir = check.slice(0, at);
    found.set(packageDir, [...(found.get(packageDir) ?? []), check.slice(at + 1)]);
  }
  return found;
}

async function failedTests(packageDir: string, files: readonly string[]): Promise<string[]> {
  const vitest = join(packageDir, 'node_modules/vitest/vitest.mjs');
  const report = join(packageDir, 'planted-report.json');
  const args = [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...files];
  const { code, text } = await runProgram(process.execPath, args, { cwd: packageDir, timeoutMs: CHECK_MS });
  if (code === 0) return [];
  const { testResults } = readReport(report);
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${name.slice(name.indexOf('/test/') + 1)}: ${fullName.trim()}`),
  );
  // A run that ended badly without a failed test was ended by an error outside of them, or hung.
  return failed.length > 0 ? failed : [`${files.join(', ')}: ${errorIn(text) ?? lastLineOf(text)}`];
}

async function failedScenario(folder: string, check: string): Promise<string[]> {
  const name = check.slice(SCENARIO.length);
  const args = ['test/torture/run.ts', '--short', '--seed', '1', '--only', name];
  const { code, text } = await runProgram(process.execPath, args, { cwd: folder, timeoutMs: CHECK_MS });
  if (code === 0) return [];
  const lines = text.split('\n').map((line) => line.trim());
  const fault = lines[lines.findIndex((line) => line.startsWith('failed:')) + 1];
  return [`${check}: ${fault ?? lastLineOf(text)}`];
}

function readReport(path: string): VitestReport {
  try {
    const report: VitestReport = JSON.parse(readFileSync(path, 'utf8'));
    return report;
  } catch {
    return { testResults: [] };
  } finally {
    rmSync(path, { force: true });
  }
}

function errorIn(text: string): string | undefined {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.find((line) => /^\w*Error: /.test(line));
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? 'ended badly';
}
