// Adds up vitest's JSON reports into one closing line, and fails when a test failed or was skipped, a file could not be run, or nothing ran.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
const broken = [];
const skipped = [];
for (const file of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    // It didn't load, or something around its tests failed: none of them tells of it.
    if (status === 'failed' && assertionResults.every((test) => test.status !== 'failed'))
      broken.push(`${name}: ${message.split('\n', 1)[0]}`);
    for (const test of assertionResults) {
      if (test.status !== 'passed' && test.status !== 'failed') skipped.push(`${name}: ${test.fullName}`);
    }
  }
}
for (const name of broken) console.log(`ERROR could not be run: ${name}`);
for (const name of skipped) console.log(`ERROR skipped here: ${name}`);
const files = broken.length === 1 ? '1 file' : `${broken.length} files`;
console.log(
  `${passed} passed, ${failed} failed, ${skipped.length} skipped${broken.length === 0 ? '' : `, ${files} could not be run`}`,
);
process.exitCode = failed + broken.length + skipped.length > 0 || passed === 0 ? 1 : 0;
