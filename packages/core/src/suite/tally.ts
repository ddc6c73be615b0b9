// What a run of tests came to, counted as results arrive: constant memory however many tests there are.

import { catchProbability, failingBound } from './statistics.js';
import type { TestId, TestOutcome, TestResult } from './test.js';

/** A test that has to be named, in few words. */
export interface Named {
  readonly id: TestId;
  readonly reason: string;
}

/** How many tests ended in each way. Passes with failed runs before them are `flaky` as well. */
export interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly skip: number;
  readonly flaky: number;
  readonly notRun: number;
  readonly unresolved: number;
}

/** What the run says about tests that were not in it. */
export interface Inference {
  /** Tests of the suite. */
  readonly total: number;
  /** Tests drawn at random that ran to an end. */
  readonly ran: number;
  /** At 95%, no more than this many of `total` are failing. */
  readonly failingAtMost: number;
  /** A change that breaks `breaks` tests would have been seen with probability `caught`. */
  readonly breaks: number;
  readonly caught: number;
}

/** Names that are kept of each kind; the rest is only counted. */
const KEPT = 100;
const REASON_LENGTH = 300;

/** Counts results. `added` tells tests that were not drawn at random. */
export class Tally {
  readonly failures: Named[] = [];
  readonly unresolved: Named[] = [];
  readonly flaky: Named[] = [];
  readonly #counts = { pass: 0, fail: 0, skip: 0, flaky: 0, notRun: 0, unresolved: 0 };
  #ran = 0;
  #failed = 0;

  constructor(private readonly added: ReadonlySet<TestId> = new Set()) {}

  get counts(): Counts {
    return { ...this.#counts };
  }

  add(result: TestResult): void {
    const { id, outcome } = result;
    const bucket = bucketOf(outcome);
    this.#counts[bucket] += 1;
    if (bucket === 'fail') keep(this.failures, id, reasonOf(outcome));
    if (bucket === 'unresolved') keep(this.unresolved, id, reasonOf(outcome));
    if (isFlaky(result)) {
      this.#counts.flaky += 1;
      keep(this.flaky, id, `failed ${result.earlier!.length} of ${result.earlier!.length + 1} runs`);
    }
    if (this.added.has(id) || bucket === 'notRun' || bucket === 'unresolved') return;
    this.#ran += 1;
    if (bucket === 'fail') this.#failed += 1;
  }

  /** What the random part says of a suite of `total` tests. */
  inference(total: number): Inference {
    const breaks = Math.min(10, Math.max(1, Math.round(total / 100)));
    return {
      total,
      ran: this.#ran,
      failingAtMost: failingBound(total, this.#ran, this.#failed),
      breaks,
      caught: catchProbability(total, this.#ran, breaks),
    };
  }
}

/** Did it fail: against what is expected of it? */
export const isFailure = ({ kind }: TestOutcome): boolean => kind === 'fail' || kind === 'unexpected-pass';

/** Passed in the end, and failed before that: worth a label. */
export const isFlaky = ({ outcome, earlier }: TestResult): boolean =>
  outcome.kind === 'pass' && earlier !== undefined && earlier.some(isFailure);

/** Why a test didn't pass; '' where it did. */
export function reasonOf(outcome: TestOutcome): string {
  switch (outcome.kind) {
    case 'pass':
      return '';
    case 'unexpected-pass':
      return 'passes, and is expected to fail';
    case 'fail':
    case 'expected-fail':
      return outcome.detail;
    case 'skip':
    case 'not-run':
    case 'unresolved':
      return outcome.reason;
  }
}

function keep(names: Named[], id: TestId, reason: string): void {
  if (names.length < KEPT) names.push({ id, reason: reason.slice(0, REASON_LENGTH) });
}

function bucketOf(outcome: TestOutcome): Exclude<keyof Counts, 'flaky'> {
  switch (outcome.kind) {
    case 'pass':
    case 'expected-fail':
      return 'pass';
    case 'fail':
    case 'unexpected-pass':
      return 'fail';
    case 'skip':
      return 'skip';
    case 'not-run':
      return 'notRun';
    case 'unresolved':
      return 'unresolved';
  }
}
