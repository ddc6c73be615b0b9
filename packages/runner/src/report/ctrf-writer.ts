// CTRF, the Common Test Report Format: a JSON document a run (https://ctrf.io). It has words that JUnit lacks, for flaky
// tests and for those whose turn never came. Written test by test; the file is there as a whole or not at all.

import { directoryOf, type TestOutcome, type TestResult } from '@swarm/core';
import { replaceFile } from '@swarm/host';
import { detailOf, Names, verdictOf } from './entry.js';
import { excerptOf } from './excerpt.js';
import { plainText } from './plain-text.js';
import { sortedByFolder } from './sorted.js';

export interface CtrfOptions {
  /** The tool's name: `swarm sample-test`. */
  readonly name: string;
  /** Moments of the run, ms since 1970. */
  readonly startMs: number;
  readonly stopMs: number;
}

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

const BUFFER_LENGTH = 256 * 1024;

/** Write a report. Throws `disk-full` and `read-only` (exit 3). */
export async function writeCtrf(
  path: string,
  results: Iterable<TestResult>,
  options: CtrfOptions,
): Promise<void> {
  const sorted = sortedByFolder(results);
  const names = new Names();
  await replaceFile(path, async (file) => {
    let text = `{"reportFormat":"CTRF","specVersion":"0.0.0","results":{"tool":{"name":${JSON.stringify(plainText(options.name))}},"summary":${JSON.stringify(summaryOf(sorted, options))},"tests":[`;
    for (const [i, result] of sorted.entries()) {
      text += `${i === 0 ? '' : ','}\n${JSON.stringify(await entryOf(result, names))}`;
      if (text.length < BUFFER_LENGTH) continue;
      await file.writeFile(text);
      text = '';
    }
    await file.writeFile(`${text}\n]}}\n`);
  });
}

function summaryOf(results: readonly TestResult[], { startMs, stopMs }: CtrfOptions) {
  const of = (status: CtrfStatus) => results.filter(({ outcome }) => statusOf(outcome) === status).length;
  return {
    tests: results.length,
    passed: of('passed'),
    failed: of('failed'),
    skipped: of('skipped'),
    pending: of('pending'),
    other: of('other'),
    start: Math.round(startMs),
    stop: Math.round(stopMs),
  };
}

/** `pending`: its turn never came. `other`: says nothing about the test. An expected failure is a pass of its kind. */
function statusOf(outcome: TestOutcome): CtrfStatus {
  switch (outcome.kind) {
    case 'pass':
      return 'passed';
    case 'fail':
    case 'unexpected-pass':
      return 'failed';
    case 'skip':
    case 'expected-fail':
      return 'skipped';
    case 'not-run':
      return 'pending';
    case 'unresolved':
      return 'other';
  }
}

async function entryOf(result: TestResult, names: Names) {
  const { outcome, wallMs, earlier = [], outputFile } = result;
  const { classname, name, file } = names.of(result.id);
  const { type, message } = verdictOf(outcome);
  const status = statusOf(outcome);
  const failed = status === 'failed' || status === 'other';
  const trace = detailOf(outcome);
  const failedBefore = earlier.some(({ kind }) => kind === 'fail' || kind === 'unexpected-pass');
  return {
    name,
    status,
    duration: Number.isFinite(wallMs) ? Math.max(0, Math.round(wallMs)) : 0,
    suite: [directoryOf(result.id) || '.', classname].filter((part, i, all) => all.indexOf(part) === i),
    filePath: file,
    rawStatus: type,
    ...(message === '' ? {} : { message }),
    ...(failed && trace !== '' ? { trace } : {}),
    ...(earlier.length > 0 ? { retries: earlier.length } : {}),
    ...(status === 'passed' && failedBefore ? { flaky: true } : {}),
    ...(failed && outputFile !== undefined
      ? { stdout: plainText(await excerptOf(outputFile)).split('\n') }
      : {}),
  };
}
