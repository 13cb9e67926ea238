// Reads vitest's JSON results and prints the line CI goes by. A run without results, and a skipped test, are failures.
import { existsSync, readFileSync } from 'node:fs';

const [, , file, statusSoFar] = process.argv;
const results = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const passed = results?.numPassedTests ?? 0;
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
// A failed static check, or a test file that did not even load, has no test of its own to count.
const failedTests =
  (results?.numFailedTests ?? 0) +
  (results?.testResults ?? []).filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0)
    .length;
const failed = failedTests === 0 && (statusSoFar !== '0' || results === undefined) ? 1 : failedTests;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || skipped > 0 || passed === 0 ? 1 : 0;
