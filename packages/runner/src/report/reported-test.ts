// A test as any report tells of it, whoever wrote the report: what JUnit, CTRF and our own history have in common.

import type { FailingTest, TestId } from '@swarm/core';
import type { EntryStatus } from './entry.js';

export interface ReportedTest {
  /** What it is known by across reports. */
  readonly id: TestId;
  /** Its class or suite; `''` where the report has none. */
  readonly suite: string;
  readonly name: string;
  /** The file that it is in, where the report says so. */
  readonly file?: string;
  readonly status: EntryStatus;
  /** How it failed or why it was skipped, in the report's own word; `''` where it has none. */
  readonly type: string;
  readonly message: string;
  /** Stack, difference, output. */
  readonly detail: string;
  /** Wall time; undefined where the report doesn't say. */
  readonly seconds?: number;
  /** It failed before it passed, or the report calls it flaky. */
  readonly flaky: boolean;
}

/** What is wrong with a report, and where. */
export interface ReportProblem {
  readonly where: string;
  readonly reason: string;
}

/** The test as something to work on; undefined when it did not fail. */
export function failingTest(test: ReportedTest): FailingTest | undefined {
  if (test.status !== 'failed' && test.status !== 'error') return undefined;
  return {
    suite: test.suite,
    name: test.name,
    ...(test.file === undefined ? {} : { file: test.file }),
    kind: test.status === 'failed' ? 'failure' : 'error',
    message: test.message || test.type,
    detail: test.detail,
  };
}
