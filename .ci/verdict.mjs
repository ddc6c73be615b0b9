// Adds up vitest's JSON reports into one closing line, and fails when a test was skipped or none ran.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const skipped = [];
for (const file of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, assertionResults } of report.testResults) {
    for (const test of assertionResults) {
      if (test.status !== 'passed' && test.status !== 'failed') skipped.push(`${name}: ${test.fullName}`);
    }
  }
}
for (const name of skipped) console.log(`ERROR skipped here: ${name}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 || skipped.length > 0 || passed === 0 ? 1 : 0;
