// A reporter for jest 29.7 and newer: tells what jest does, a JSON document a line, into the file that SWARM_TEST_EVENTS names. No output of a
// test gets into it.

import { appendFileSync } from 'node:fs';

const OUTPUT_LENGTH = 100_000;

const tell = (event) => appendFileSync(process.env.SWARM_TEST_EVENTS, `${JSON.stringify(event)}\n`);

const nameOf = (file, { ancestorTitles, title }) => ({ file, name: [...ancestorTitles, title].join(' > ') });

const firstLine = (text) => text.split('\n', 1)[0];

function tellEnd(file, result, more = {}) {
  const { status, failureMessages, duration, invocations = 1 } = result;
  const output = failureMessages.join('\n\n').slice(0, OUTPUT_LENGTH);
  tell({
    kind: 'end',
    ...nameOf(file, result),
    state: status === 'passed' || status === 'failed' ? status : 'skipped',
    mode: status,
    detail: firstLine(output),
    output,
    wallMs: duration ?? undefined,
    retries: Math.max(0, invocations - 1),
    ...more,
  });
}

export default class Events {
  /** By file, names of tests whose end was told while it ran, and whether one was a failure. */
  #told = new Map();

  onTestFileStart() {
    tell({ kind: 'collected' });
  }

  onTestCaseStart({ path }, start) {
    if (start.mode !== 'skip' && start.mode !== 'todo') tell({ kind: 'start', ...nameOf(path, start) });
  }

  onTestCaseResult({ path }, result) {
    const told = this.#told.get(path) ?? new Map();
    const hasFailed = told.get(result.fullName) === true || result.status === 'failed';
    this.#told.set(path, told.set(result.fullName, hasFailed));
    tellEnd(path, result);
  }

  onTestFileResult({ path }, { testResults, testExecError, failureMessage }) {
    for (const result of testResults) tell({ kind: 'test', ...nameOf(path, result), match: result.fullName });
    // A test that is run again was told each time; only the last one is among these.
    const failures = testResults.filter(({ status }) => status === 'failed');
    const failed = new Set(failures.map(({ fullName }) => fullName));
    for (const result of testResults) {
      const before = this.#told.get(path)?.get(result.fullName);
      if (before === undefined) tellEnd(path, result);
      else if (before && !failed.has(result.fullName)) tellEnd(path, result, { final: true });
    }
    if (testExecError === undefined || testExecError === null) return;
    const output = (failureMessage ?? testExecError.stack ?? String(testExecError.message)).trim();
    tell({
      kind: 'broken',
      file: path,
      detail: firstLine(String(testExecError.message ?? output)),
      output: output.slice(0, OUTPUT_LENGTH),
    });
  }
}
