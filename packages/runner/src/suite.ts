// A suite: tests that are found and run in one way. Every adapter is one of these, and nothing else sees its tool.

import type { TestCase, TestId, TestResult } from '@swarm/core';

/** What one run of a suite may use, and whom it tells. */
export interface SuiteRun {
  /** Tests at once. */
  readonly jobs: number;
  /** Each test's time limit unless it declares its own. */
  readonly timeLimitMs: number;
  /** No test starts after this moment of the monotonic clock (`performance.now()`), and none runs past it by more than a grace. */
  readonly deadlineMs?: number;
  /** How long a test is thought to take: one that would not be done by the deadline need not start. */
  readonly expectedMs?: (test: TestId) => number | undefined;
  /**
   * Absolute, and there. Where outputs of tests go: at most one file for each test that didn't pass, named in its result
   * (`outputFileOf` gives the name); of passing tests nothing is kept.
   */
  readonly outputFolder: string;
  /** A private folder of this run, and the cookie that whatever it starts must carry (`createRunner`'s). */
  readonly work: { readonly path: string; readonly cookie: string };
  /** Further environment of every test. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /**
   * Called once for every test that was asked for, as soon as it is known; `not-run` for those whose turn never came. What
   * it throws ends the run.
   */
  readonly report: (result: TestResult) => void;
}

export interface Suite {
  /** One word for people: `vitest`, `ctest`, or the name in the config. */
  readonly name: string;
  /** All of its tests, in bytewise order of their ids. Throws `SwarmError` (exit 3) where its tool can't say. */
  list(signal?: AbortSignal): Promise<readonly TestCase[]>;
  /** Run these tests, in this order where the tool allows it. Resolves when each has been reported. */
  run(tests: readonly TestId[], how: SuiteRun): Promise<void>;
}
