// CTRF documents of any tool: what our own reports need of them, checked field by field. Statuses that JUnit doesn't know
// become the nearest one that it does.

import type { EntryStatus } from './entry.js';
import { idOf } from './entry.js';
import type { ReportedTest, ReportProblem } from './reported-test.js';

export interface CtrfReport {
  readonly tests: readonly ReportedTest[];
  /** When the run began, ms since 1970, where the report says so. */
  readonly startMs?: number;
  readonly problem?: ReportProblem;
}

type Fields = Readonly<Record<string, unknown>>;

const STATUSES: Readonly<Record<string, EntryStatus>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  other: 'error',
};

/** True when a JSON document says that it is one. */
export const isCtrf = (value: unknown): boolean =>
  isFields(value) && (value.reportFormat === 'CTRF' || (isFields(value.results) && 'tool' in value.results));

/** Read a parsed document. The first thing that is wrong in it is its problem. */
export function readCtrf(value: unknown): CtrfReport {
  const results = isFields(value) && isFields(value.results) ? value.results : undefined;
  if (results === undefined) return broken('results', 'must be an object');
  if (!Array.isArray(results.tests)) return broken('results.tests', 'must be a list');
  const tests: ReportedTest[] = [];
  for (const [i, test] of results.tests.entries()) {
    const where = `results.tests[${i}]`;
    if (!isFields(test)) return broken(where, 'must be an object');
    if (typeof test.name !== 'string') return broken(`${where}.name`, 'must be a text');
    const status = typeof test.status === 'string' ? STATUSES[test.status] : undefined;
    if (status === undefined)
      return broken(`${where}.status`, `must be one of ${Object.keys(STATUSES).join(', ')}`);
    tests.push(testOf(test, test.name, status));
  }
  const start = isFields(results.summary) ? results.summary.start : undefined;
  return { tests, ...(typeof start === 'number' && start > 0 ? { startMs: start } : {}) };
}

function testOf(test: Fields, name: string, status: EntryStatus): ReportedTest {
  const file = textOf(test.filePath);
  const suites = Array.isArray(test.suite) ? test.suite.filter((it) => typeof it === 'string') : [];
  const suite = suites.at(-1) ?? textOf(test.suite) ?? '';
  return {
    id: idOf({ classname: suite, name, ...(file === undefined ? {} : { file }) }),
    suite,
    name,
    ...(file === undefined ? {} : { file }),
    status,
    type: textOf(test.rawStatus) ?? '',
    message: textOf(test.message) ?? '',
    detail: textOf(test.trace) ?? '',
    ...(typeof test.duration === 'number' ? { seconds: test.duration / 1000 } : {}),
    flaky: test.flaky === true,
  };
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const broken = (where: string, reason: string): CtrfReport => ({ tests: [], problem: { where, reason } });
