// A reporter for vitest 3 and newer: tells what vitest does, a JSON document a line, into the file that SWARM_TEST_EVENTS
// names. No output of a test gets into it.

import { appendFileSync } from 'node:fs';

const OUTPUT_LENGTH = 100_000;

const tell = (event) => appendFileSync(process.env.SWARM_TEST_EVENTS, `${JSON.stringify(event)}\n`);

/** Names of suites and test joined by spaces: what `-t` matches, where `fullName` has ` > `. */
const matchOf = (test) => {
  const names = [test.name];
  for (let it = test.parent; it?.type === 'suite'; it = it.parent) names.unshift(it.name);
  return names.join(' ');
};

const nameOf = (test) => ({ file: test.module.moduleId, name: test.fullName });

/** The errors as people read them. */
const textOf = (errors) =>
  errors
    .map(({ name, message, stack, diff }) =>
      [stack ?? `${name}: ${message}`, diff].filter(Boolean).join('\n'),
    )
    .join('\n\n')
    .slice(0, OUTPUT_LENGTH);

const lineOf = ([error]) =>
  error === undefined ? '' : `${error.name ?? 'Error'}: ${error.message ?? error}`;

export default class Events {
  onTestModuleCollected(module) {
    tell({ kind: 'collected' });
    for (const test of module.children.allTests())
      tell({ kind: 'test', ...nameOf(test), match: matchOf(test) });
  }

  onTestModuleEnd(module) {
    const errors = module.errors();
    const suites = [...module.children.allSuites()];
    // A suite whose set-up failed fails its tests without running them.
    for (const suite of suites)
      for (const test of suite.errors().length > 0 ? suite.children.allTests() : [])
        tell({
          kind: 'end',
          ...nameOf(test),
          state: 'failed',
          detail: lineOf(suite.errors()),
          output: textOf(suite.errors()),
        });
    if (errors.length > 0)
      tell({ kind: 'broken', file: module.moduleId, detail: lineOf(errors), output: textOf(errors) });
  }

  onTestCaseReady(test) {
    if (test.options.mode !== 'skip' && test.options.mode !== 'todo')
      tell({ kind: 'start', ...nameOf(test) });
  }

  onTestCaseResult(test) {
    const { state, errors = [], note } = test.result();
    const { duration, retryCount = 0 } = test.diagnostic() ?? {};
    tell({
      kind: 'end',
      ...nameOf(test),
      state,
      mode: test.options.mode,
      detail: state === 'failed' ? lineOf(errors) : (note ?? ''),
      output: textOf(errors),
      wallMs: duration,
      retries: retryCount,
    });
  }
}
