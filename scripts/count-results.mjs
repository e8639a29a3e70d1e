// Sums what `npm run check` and `npm test` reported: `count-results.mjs <folder> <exit of check> <exit of test>`.
// Plain JavaScript: it has to give a result also where the set-up failed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', checkExit = '1', testExit = '1'] = process.argv.slice(2);
const reports = readdirSync(folder).map((file) => ({ file, ...count(join(folder, file)) }));
for (const { file, passed, failed } of reports) console.log(`${file}: ${passed} passed, ${failed} failed`);

const check = sum(reports.filter(({ file }) => file === 'check.json'));
const test = sum(reports.filter(({ file }) => file !== 'check.json'));
const passed = check.passed + test.passed;
const failed = atLeastOne(check.failed, checkExit) + atLeastOne(test.failed, testExit);

process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

function count(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  if (report.testResults === undefined) return report;
  // A file that could not be loaded has no test that failed, yet it failed.
  const unloaded = report.testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
  });
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}

function sum(parts) {
  return parts.reduce((all, part) => ({ passed: all.passed + part.passed, failed: all.failed + part.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** A run that ended badly failed, also when no report says how. */
function atLeastOne(failed, exit) {
  return exit === '0' ? failed : Math.max(failed, 1);
}
