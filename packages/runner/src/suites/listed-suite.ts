// A suite whose tests a command lists, a name on each line, and whose command runs one of them by name.

import { EXIT, SwarmError, type TestId, testCase } from '@swarm/core';
import { createRunner } from '@swarm/host';
import { commandTemplate } from '../execution/command.js';
import { executeTests } from '../execution/execute-tests.js';
import { testEnvironment } from '../execution/test-environment.js';
import type { Suite } from '../suite.js';
import type { OwnSuite } from './file-suite.js';
import { sortedBytewise } from './find-files.js';

export interface ListedSuite extends OwnSuite {
  readonly list: string;
  /** `{}` is the name. */
  readonly run: string;
}

/** Room for the names of a million tests. */
const LIST_CAP_BYTES = 128 * 2 ** 20;

export function listedSuite(suite: ListedSuite): Suite {
  const ending = suite.variant === undefined ? '' : `::${suite.variant}`;
  const argvOf = commandTemplate(suite.run, ['']);
  return {
    name: suite.name,
    list: async (signal) => (await namesOf(suite, signal)).map((name) => testCase(name + ending)),
    run: (tests, how) => {
      const same = {
        timeLimitMs: suite.timeLimitMs ?? how.timeLimitMs,
        expect: 'pass',
        leaksAllowed: suite.leaks === 'allow',
        env: { ...suite.env, ...how.env },
        outputFolder: how.outputFolder,
      } as const;
      return executeTests(tests, how, (id: TestId) => {
        const argv = argvOf({ '': id.slice(0, id.length - ending.length) });
        return { ...same, id, steps: [{ argv, cwd: suite.dir, failure: 'exit' }] };
      });
    },
  };
}

async function namesOf(suite: ListedSuite, signal: AbortSignal | undefined): Promise<string[]> {
  const runner = createRunner({ jobs: 1 });
  try {
    const { exit, stdout, stderr } = await runner.run({
      argv: ['sh', '-c', suite.list],
      cwd: suite.dir,
      env: testEnvironment(suite.env),
      outputCapBytes: LIST_CAP_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
    if (exit.kind !== 'exited' || exit.code !== 0)
      throw unlisted(
        suite,
        `${exit.kind === 'exited' ? `exit status ${exit.code}` : exit.kind}: ${stderr.trim()}`,
      );
    const names = stdout
      .split('\n')
      .map((line) => line.replace(/\r$/, ''))
      .filter((line) => line !== '');
    const sorted = sortedBytewise(names);
    const double = sorted.find((name, i) => name === sorted[i + 1]);
    if (double !== undefined) throw unlisted(suite, `it names ${JSON.stringify(double)} twice`);
    return sorted;
  } finally {
    await runner.close();
  }
}

const unlisted = (suite: ListedSuite, reason: string): SwarmError =>
  new SwarmError(`suite ${suite.name}: \`${suite.list}\` did not list its tests: ${reason}`, {
    code: 'tests-unlisted',
    exit: EXIT.environment,
    hint: `run it in ${suite.dir}; it must print the name of a test on each line`,
  });
