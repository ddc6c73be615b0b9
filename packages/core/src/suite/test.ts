// A test, and what came of it: the words that sampling, the runner, reports and the gate share.

/**
 * A test's identity, unique in its suite and the same on every machine: the path of its file relative to the
 * repository's root, with `/`; where one file holds several tests, `::` and the test's name follow.
 */
export type TestId = string;

/** A test of a suite, before it runs. */
export interface TestCase {
  readonly id: TestId;
  /** The folder of its file, `''` at the root: what samples are spread over. */
  readonly directory: string;
}

/**
 * How a test failed. `exit`: it said no. `crash`: a signal of its own. `timeout`: we ended it. `wrong-output`: its output
 * isn't the expected one. `compile`: it could not be built. `leak`: it left processes behind. `flood`: it wrote too much.
 * `missing`: it was asked for, and its runner said nothing about it.
 */
export type TestFailure =
  | 'exit'
  | 'crash'
  | 'timeout'
  | 'wrong-output'
  | 'compile'
  | 'leak'
  | 'flood'
  | 'missing';

/**
 * What came of a test, as a value. An expected failure and an unexpected pass are about what the test itself or a declared
 * list expects. `not-run`: its turn never came (budget, interrupt). `unresolved`: the machine failed, not the test.
 */
export type TestOutcome =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly failure: TestFailure; readonly detail: string }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'expected-fail'; readonly detail: string }
  | { readonly kind: 'unexpected-pass' }
  | { readonly kind: 'not-run'; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly reason: string };

export interface TestResult {
  readonly id: TestId;
  /** Of the last run of it that counts. */
  readonly outcome: TestOutcome;
  /** Wall time on the monotonic clock. */
  readonly wallMs: number;
  /** Outcomes of runs before the last one, oldest first: a retry buys a label, not silence. */
  readonly earlier?: readonly TestOutcome[];
  /** A file with what it printed, capped. */
  readonly outputFile?: string;
}

/** The folder part of an id, `''` where there is none. */
export function directoryOf(id: TestId): string {
  const file = id.split('::', 1)[0]!;
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}
