// One test as it is executed: plain data, so that it can go to a worker process, and all that is needed to judge it.

import type { TestId } from '@swarm/core';

/** A program to run; a test passes when all of its steps do. */
export interface Step {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** What it means when this step fails. `compile`: the test could not be built. */
  readonly failure: 'exit' | 'compile';
  /** A file with the very bytes that it must print to standard output. */
  readonly expectedOutput?: string;
}

export interface TestJob {
  readonly id: TestId;
  readonly steps: readonly Step[];
  /** For each step. */
  readonly timeLimitMs: number;
  readonly expect: 'pass' | 'fail';
  /** A reason not to run it. */
  readonly skip?: string;
  /** Why it can't be run. */
  readonly problem?: string;
  /** Leaving processes behind is no failure. */
  readonly leaksAllowed: boolean;
  /** Added to the environment of swarm itself. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder that is made before the first step, and removed after the last one. */
  readonly scratch?: string;
  /** Where its output goes if it doesn't pass, under the name that `outputFileOf` gives. */
  readonly outputFolder: string;
}

/** A job on its way to a runner. */
export interface LabelledJob extends TestJob {
  /** Unique in the run: what it leaves behind carries it. */
  readonly label: string;
  /** Ms that are left before the whole run's deadline. */
  readonly leftMs?: number;
}
